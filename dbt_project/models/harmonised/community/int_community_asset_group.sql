-- Each row is one community that an asset names: a group of the code lists that women are counted by, or a language that
-- it speaks. A word that is neither a code nor a group is kept as it stands, and serves nobody that is counted.
with community_piece as (

    select
        asset_key,
        upper(trim(piece)) as piece
    from (
        {{ split_rows(ref('int_community_asset'), ['asset_key'], "coalesce(communities, 'ALL')", "';'") }}
    ) as split_communities

),

language_piece as (

    select
        asset_key,
        lower(trim(piece)) as piece
    from (
        {{ split_rows(ref('int_community_asset'), ['asset_key'], "coalesce(languages, '')", "';'") }}
    ) as split_languages

),

-- a category names its groups in the code lists of 2001 and of the census; a group names itself
category_or_group as (

    select
        ethnic_category as piece,
        group_code
    from {{ ref('ethnic_category') }}
    where validity = 'valid'
    union all
    select
        ethnic_category as piece,
        census_group_code as group_code
    from {{ ref('ethnic_category') }}
    where validity = 'valid'
    union all
    select
        group_code as piece,
        group_code
    from {{ ref('ethnic_category') }}
    where validity = 'valid'
    union all
    select
        group_code as piece,
        census_group_code as group_code
    from {{ ref('ethnic_category') }}
    where
        validity = 'valid'
        -- Chinese people are any other group in one list and Asian in the other: naming the group does not name them
        and ethnic_category <> 'R'

),

named as (

    select distinct
        piece,
        group_code
    from category_or_group

)

select distinct
    community_piece.asset_key,
    'ethnicity' as dimension,
    named.group_code,
    community_piece.piece as as_supplied
from community_piece
left join named
    on community_piece.piece = named.piece
where community_piece.piece not in ('ALL', '')
union all
select distinct
    language_piece.asset_key,
    'language' as dimension,
    coalesce(languages.language, language_piece.piece) as group_code,
    language_piece.piece as as_supplied
from language_piece
left join {{ ref('languages') }} as languages
    on language_piece.piece = languages.language_code
where language_piece.piece <> ''
