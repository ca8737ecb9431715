-- Icons of the last point of each series.
select
    points.series_id,
    {{ variation_icon('points.direction', "case series.improvement_direction when 'increase' then 'high' when 'decrease' then 'low' else 'neutral' end") }} as variation_icon,
    {{ assurance_icon('series.target', 'points.lower_limit', 'points.upper_limit', "case series.improvement_direction when 'increase' then 'high' when 'decrease' then 'low' else 'neutral' end") }} as assurance_icon
from {{ ref('xmr_points') }} as points
inner join {{ source('cases', 'inputs_xmr_series') }} as series
    on points.series_id = series.series_id
where points.series_number = points.series_points
