{#- The publisher's warning on a source, from its declaration, as an SQL text: said once, printed on every figure. -#}
{% macro source_caveat(source_name) -%}
    {%- set found = namespace(text=none) -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() if node.source_name == source_name -%}
            {%- set found.text = (node.source_meta or node.meta).get('ingest', {}).get('caveat') or found.text -%}
        {%- endfor -%}
        {%- if not found.text -%}
            {{ exceptions.raise_compiler_error("The declaration of source " ~ source_name ~ " has no ingest.caveat") }}
        {%- endif -%}
    {%- endif -%}
    '{{ (found.text or '') | replace("'", "''") }}'
{%- endmacro %}
