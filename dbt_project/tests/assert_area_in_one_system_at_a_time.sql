-- No area lies in two systems on one day.
select
    first_place.area_id,
    first_place.icb_ons_code,
    second_place.icb_ons_code as other_icb_ons_code
from {{ ref('int_area_lmns') }} as first_place
inner join {{ ref('int_area_lmns') }} as second_place
    on
        first_place.area_id = second_place.area_id
        and first_place.icb_ons_code < second_place.icb_ons_code
        and first_place.valid_from <= second_place.valid_to
        and second_place.valid_from <= first_place.valid_to
