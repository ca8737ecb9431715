{#- The ethnic groups of Census 2021 as columns of the staged table and as the publisher's labels. -#}
{% macro census_groups(vocabulary) -%}
    {%- set groups = {
        'census2021.ethnic_group': [
            ('asian', 'Asian, Asian British or Asian Welsh'),
            ('black', 'Black, Black British, Black Welsh, Caribbean or African'),
            ('mixed', 'Mixed or Multiple ethnic groups'),
            ('white', 'White'),
            ('other', 'Other ethnic group'),
        ],
        'census2021.ethnic_group_detailed': [
            ('asian_bangladeshi', 'Asian, Asian British or Asian Welsh: Bangladeshi'),
            ('asian_chinese', 'Asian, Asian British or Asian Welsh: Chinese'),
            ('asian_indian', 'Asian, Asian British or Asian Welsh: Indian'),
            ('asian_pakistani', 'Asian, Asian British or Asian Welsh: Pakistani'),
            ('asian_other', 'Asian, Asian British or Asian Welsh: Other Asian'),
            ('black_african', 'Black, Black British, Black Welsh, Caribbean or African: African'),
            ('black_caribbean', 'Black, Black British, Black Welsh, Caribbean or African: Caribbean'),
            ('black_other', 'Black, Black British, Black Welsh, Caribbean or African: Other Black'),
            ('mixed_white_asian', 'Mixed or Multiple ethnic groups: White and Asian'),
            ('mixed_white_black_african', 'Mixed or Multiple ethnic groups: White and Black African'),
            ('mixed_white_black_caribbean', 'Mixed or Multiple ethnic groups: White and Black Caribbean'),
            ('mixed_other', 'Mixed or Multiple ethnic groups: Other Mixed or Multiple ethnic groups'),
            ('white_british', 'White: English, Welsh, Scottish, Northern Irish or British'),
            ('white_irish', 'White: Irish'),
            ('white_gypsy_irish_traveller', 'White: Gypsy or Irish Traveller'),
            ('white_roma', 'White: Roma'),
            ('white_other', 'White: Other White'),
            ('other_arab', 'Other ethnic group: Arab'),
            ('other_any', 'Other ethnic group: Any other ethnic group'),
        ],
    } -%}
    {{ return(groups[vocabulary]) }}
{%- endmacro %}
