select
    representation.figure_id,
    representation.lmns_code,
    representation.organisation_code,
    representation.organisation_level,
    representation.period_start,
    representation.period_end,
    {{ period_label('representation.period_start', 'representation.period_end', "'month'") }} as period_label,
    representation.release,
    representation.comparable_group,
    representation.group_name,
    representation.group_order,
    representation.women,
    representation.women_in_all,
    representation.booking_share,
    representation.booking_share_lower_95,
    representation.booking_share_upper_95,
    representation.people,
    representation.people_in_all,
    representation.population_share,
    representation.ratio,
    representation.ratio_lower_95,
    representation.ratio_upper_95,
    england.ratio as england_ratio,
    representation.booking_file_id as booking_file_sha256,
    representation.population_file_id as population_file_sha256,
    representation.caveat
from {{ ref('fct_representation') }} as representation
left join {{ ref('fct_representation') }} as england
    on
        england.organisation_level = 'national'
        and representation.period_start = england.period_start
        and representation.period_end = england.period_end
        and representation.comparable_group = england.comparable_group
