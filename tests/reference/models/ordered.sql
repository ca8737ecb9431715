-- WHO's measures of ordered groups.
{{ concentration_index(source('cases', 'inputs_heq_ordered'), ['case_id'], rank='subgroup_order', population='pop', value='est', scale_max='scaleval') }}
