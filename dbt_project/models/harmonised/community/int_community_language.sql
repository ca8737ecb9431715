-- Languages other than English that many women booked in the newest twelve months speak, one row per system and
-- language. How many they are is not kept: a count beside that of all other languages could give a small one away.
with booking as (

    select
        lmns_code,
        lower(language_code) as language_code,
        booking_date,
        max(booking_date) over (partition by lmns_code) as newest_date
    from {{ ref('int_booking') }}

),

recent as (

    select
        booking.lmns_code,
        coalesce(languages.language, booking.language_code) as language,
        booking.newest_date
    from booking
    left join {{ ref('languages') }} as languages
        on booking.language_code = languages.language_code
    where
        {{ dbt.datediff('booking.booking_date', 'booking.newest_date', 'day') }} < 365
        and booking.language_code is not null
        and booking.language_code <> 'invalid'

)

select
    lmns_code,
    language,
    cast(max(newest_date) as date) as newest_date
from recent
where language <> 'en'
group by lmns_code, language
having count(*) >= {{ var('asset_language_women') }}
