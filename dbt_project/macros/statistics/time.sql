{#- Series over time: XmR charts with the four rules of Making Data Count, Cochran-Armitage for a trend over years, and
    the trend of a gap. -#}

{#- XmR chart. Takes one row a point and gives the same rows with limits and rule; a point without a value takes no
    part. Limits are those of the point's segment (a rebase starts a new one): mean and mean moving range of its
    first `baseline` points, or of all where that is NULL; with `screen`, moving ranges of 3.267 times the mean
    range or more are left out once.

    outside limits   beyond the mean -/+ 2.66 mean ranges
    two in three     two of three points in a row on one side beyond -/+ 1.773 mean ranges and within the limits
    shift            seven points in a row on one side of the mean
    trend            seven points in a row that rise, or fall, at every step

    A point of several takes the first of: outside limits, trend, two in three, shift. -#}
{% macro xmr_points(relation, keys, moment='period_start', value='value', segment='segment', baseline='baseline', screen='true') -%}
    {%- set series = keys | join(', ') -%}
    {%- set parts = series ~ ', xmr_segment' -%}
    with given as (

        select
            {{ series }},
            {{ moment }} as xmr_moment,
            {{ value }} as xmr_value,
            {{ segment }} as xmr_segment,
            {{ baseline }} as xmr_baseline,
            {{ screen }} as xmr_screen
        from {{ relation }}
        where {{ value }} is not null and {{ moment }} is not null

    ),

    numbered as (

        select
            given.*,
            row_number() over (partition by {{ parts }} order by xmr_moment) as point_number,
            row_number() over (partition by {{ series }} order by xmr_moment) as series_number,
            abs(xmr_value - lag(xmr_value) over (partition by {{ parts }} order by xmr_moment)) as moving_range
        from given

    ),

    based as (

        select
            numbered.*,
            coalesce(point_number <= xmr_baseline, true) as is_baseline,
            count(*) over (partition by {{ parts }}) as segment_points,
            count(*) over (partition by {{ series }}) as series_points
        from numbered

    ),

    averaged as (

        select
            based.*,
            avg(case when is_baseline then xmr_value end) over (partition by {{ parts }}) as mean_value,
            avg(case when is_baseline then moving_range end) over (partition by {{ parts }}) as raw_mean_range
        from based

    ),

    screened as (

        select
            averaged.*,
            avg(case when is_baseline and (not xmr_screen or moving_range < 3.267 * raw_mean_range) then moving_range end)
                over (partition by {{ parts }}) as mean_range
        from averaged

    ),

    limited as (

        select
            screened.*,
            mean_value - 2.66 * mean_range as lower_limit,
            mean_value + 2.66 * mean_range as upper_limit,
            mean_value - 1.773 * mean_range as near_lower,
            mean_value + 1.773 * mean_range as near_upper,
            case when xmr_value > mean_value then 1 when xmr_value < mean_value then -1 else 0 end as side,
            case
                when xmr_value > lag(xmr_value) over (partition by {{ parts }} order by xmr_moment) then 1
                when xmr_value < lag(xmr_value) over (partition by {{ parts }} order by xmr_moment) then -1
                else 0
            end as step
        from screened

    ),

    placed as (

        select
            limited.*,
            case when xmr_value > upper_limit then 1 when xmr_value < lower_limit then -1 else 0 end as beyond,
            case
                when xmr_value > near_upper and xmr_value <= upper_limit then 1
                when xmr_value < near_lower and xmr_value >= lower_limit then -1
                else 0
            end as near,
            case when side = lag(side) over (partition by {{ parts }} order by xmr_moment) then 0 else 1 end as starts_side,
            case when step = lag(step) over (partition by {{ parts }} order by xmr_moment) then 0 else 1 end as starts_step
        from limited

    ),

    windowed as (

        select
            placed.*,
            sum(starts_side) over (partition by {{ parts }} order by xmr_moment rows between unbounded preceding and current row) as side_run,
            sum(starts_step) over (partition by {{ parts }} order by xmr_moment rows between unbounded preceding and current row) as step_run,
            {%- for name, frame in [('ending', '2 preceding and current row'), ('around', '1 preceding and 1 following'), ('starting', 'current row and 2 following')] %}
            sum(side) over (partition by {{ parts }} order by xmr_moment rows between {{ frame }}) as sides_{{ name }},
            sum(near) over (partition by {{ parts }} order by xmr_moment rows between {{ frame }}) as nears_{{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from placed

    ),

    counted as (

        select
            windowed.*,
            count(*) over (partition by {{ parts }}, side_run) as side_length,
            count(*) over (partition by {{ parts }}, step_run) as step_length
        from windowed

    ),

    ruled as (

        select
            counted.*,
            case when side_length >= 7 then side else 0 end as shift,
            case
                when step <> 0 and step_length >= 6 then step
                -- the point that a run of six steps starts from belongs to it
                when lead(step_length) over (partition by {{ parts }} order by xmr_moment) >= 6
                    and lead(step_run) over (partition by {{ parts }} order by xmr_moment) <> step_run
                    then lead(step) over (partition by {{ parts }} order by xmr_moment)
                else 0
            end as trend,
            case
                when near = 1 and (
                    (sides_ending = 3 and nears_ending >= 2) or (sides_around = 3 and nears_around >= 2)
                    or (sides_starting = 3 and nears_starting >= 2)
                ) then 1
                when near = -1 and (
                    (sides_ending = -3 and nears_ending <= -2) or (sides_around = -3 and nears_around <= -2)
                    or (sides_starting = -3 and nears_starting <= -2)
                ) then -1
                else 0
            end as two_in_three
        from counted

    )

    select
        {{ series }},
        xmr_moment,
        xmr_value,
        xmr_segment,
        point_number,
        series_number,
        segment_points,
        series_points,
        mean_value,
        lower_limit,
        upper_limit,
        side,
        near,
        case
            when beyond <> 0 then 'outside limits'
            when trend <> 0 then 'trend'
            when two_in_three <> 0 then 'two in three'
            when shift <> 0 then 'shift'
        end as rule,
        -- which way the rule points: 1 high or rising, -1 low or falling, 0 common cause
        case
            when beyond <> 0 then beyond
            when trend <> 0 then trend
            when two_in_three <> 0 then two_in_three
            else shift
        end as direction,
        case
            when mean_range is not null then null
            when segment_points < 2 then 'only one point, so there are no limits'
            else 'the value never changes, so there are no limits'
        end as reason
    from ruled
{%- endmacro %}

{#- Variation icon of a point: common cause, or special cause that is high or low and an improvement, a
    concern, or neither where the measure is neutral. `polarity` is high, low or neutral: which way is good. -#}
{% macro variation_icon(direction, polarity) -%}
    case
        when {{ direction }} is null then null
        when {{ direction }} = 0 then 'common_cause'
        when {{ polarity }} not in ('high', 'low') then case when {{ direction }} > 0 then 'neutral_high' else 'neutral_low' end
        when ({{ direction }} > 0) = ({{ polarity }} = 'high') then case when {{ direction }} > 0 then 'improvement_high' else 'improvement_low' end
        else case when {{ direction }} > 0 then 'concern_high' else 'concern_low' end
    end
{%- endmacro %}

{#- Assurance icon: will the process pass its target? NULL without a target or for a neutral measure. -#}
{% macro assurance_icon(target, lower_limit, upper_limit, polarity) -%}
    case
        when {{ target }} is null or {{ lower_limit }} is null or {{ upper_limit }} is null then null
        when {{ polarity }} not in ('high', 'low') then null
        when {{ target }} > {{ upper_limit }} then case when {{ polarity }} = 'high' then 'fail' else 'pass' end
        when {{ target }} < {{ lower_limit }} then case when {{ polarity }} = 'high' then 'pass' else 'fail' end
        else 'inconsistent'
    end
{%- endmacro %}

{#- Cochran-Armitage test for a trend of proportions over years, with Fingertips' marker: the 99.8% critical value of
    chi-squared on one degree of freedom, and no claim where leaving out a single year turns the slope round. Takes
    one row a year and gives one row a key; `points_needed` years are needed. -#}
{% macro cochran_armitage(relation, keys, year='year', x='x', n='n', points_needed=5) -%}
    {%- set over_key = 'over (partition by ' ~ (keys | join(', ')) ~ ')' -%}
    with given as (

        select
            {{ keys | join(', ') }},
            {{ year }} as trend_year,
            {{ x }} as trend_x,
            {{ n }} as trend_n,
            {{ proportion_problem(x, n) }} as point_problem
        from {{ relation }}

    ),

    checked as (

        select
            given.*,
            row_number() over (partition by {{ (keys + ['trend_year']) | join(', ') }} order by trend_n) as copy_of_year,
            -- years are counted from the first: sums of squares of 2,000 and more lose digits
            trend_year - min(trend_year) {{ over_key }} as t,
            -- one bad year takes the whole series with it, so it must not enter the sums either
            case when point_problem is null then trend_x end as good_x,
            case when point_problem is null then trend_n end as good_n
        from given

    ),

    totalled as (

        select
            checked.*,
            count(*) {{ over_key }} as points,
            sum(good_n) {{ over_key }} as all_n,
            sum(good_x) {{ over_key }} as all_x,
            sum(good_n * t) {{ over_key }} as all_nt,
            sum(good_x * t) {{ over_key }} as all_xt,
            sum(good_n * t * t) {{ over_key }} as all_ntt
        from checked

    ),

    -- covariance of event and year over everybody, and without each year in turn
    crossed as (

        select
            totalled.*,
            all_xt * 1.0 - all_nt * 1.0 * all_x / nullif(all_n, 0) as score,
            (all_xt - good_x * t) * 1.0 - (all_nt - good_n * t) * 1.0 * (all_x - good_x) / nullif(all_n - good_n, 0) as score_without
        from totalled

    ),

    summed as (

        select
            {{ keys | join(', ') }},
            max(points) as points,
            min(trend_year) as first_year,
            max(trend_year) as last_year,
            case
                when max(points) < {{ points_needed }} then 'fewer than {{ points_needed }} years'
                when min(point_problem) is not null then min(point_problem)
                when max(copy_of_year) > 1 then 'two points share a year'
                when max(all_x) = 0 then 'nothing happened in any year'
                when max(all_x) = max(all_n) then 'it happened to everybody in every year'
            end as reason,
            max(score) as score,
            max(all_x) * 1.0 / nullif(max(all_n), 0) as overall,
            max(all_ntt) - max(all_nt) * 1.0 * max(all_nt) / nullif(max(all_n), 0) as spread,
            min(score_without) as lowest_score_without,
            max(score_without) as highest_score_without
        from crossed
        group by {{ keys | join(', ') }}

    ),

    tested as (

        select
            summed.*,
            case
                when reason is null and spread > 0
                    then score * score / (overall * (1.0 - overall) * spread)
            end as statistic
        from summed

    )

    select
        {{ keys | join(', ') }},
        points,
        first_year,
        last_year,
        case when reason is null and spread > 0 then score / spread end as slope,
        statistic,
        {{ chi_squared_p('statistic', '1') }} as p_value,
        case
            when reason is not null or statistic is null then null
            when statistic <= 9.5495 then 'no clear change'
            when score > 0 and lowest_score_without > 0 then 'increasing'
            when score < 0 and highest_score_without < 0 then 'decreasing'
            else 'no clear change'
        end as marker,
        case
            when statistic > 9.5495 and not (
                (score > 0 and lowest_score_without > 0) or (score < 0 and highest_score_without < 0)
            ) then true
            else false
        end as rests_on_one_year,
        reason
    from tested
{%- endmacro %}

{#- Is a gap growing? A line through the differences, each weighted by its precision; `slope` is the change of the gap
    per step of `moment` (a whole number: months or years from the first). Takes one row a point and gives
    one row a key. -#}
{% macro gap_trend(relation, keys, moment='moment', difference='difference', se='se', points_needed=5) -%}
    {%- set z = z_95() -%}
    with given as (

        select
            {{ keys | join(', ') }},
            {{ moment }} as gap_moment,
            {{ difference }} as gap,
            1.0 / power({{ se }}, 2) as gap_weight
        from {{ relation }}
        where {{ difference }} is not null and {{ se }} > 0

    ),

    centred as (

        select
            given.*,
            gap_moment - sum(gap_weight * gap_moment) over (partition by {{ keys | join(', ') }})
            / sum(gap_weight) over (partition by {{ keys | join(', ') }}) as t
        from given

    ),

    summed as (

        select
            {{ keys | join(', ') }},
            count(*) as points,
            min(gap_moment) as first_moment,
            max(gap_moment) as last_moment,
            sum(gap_weight * t * gap) / nullif(sum(gap_weight * t * t), 0) as slope,
            sqrt(1.0 / nullif(sum(gap_weight * t * t), 0)) as slope_se,
            sum(gap_weight * gap) / sum(gap_weight) as mean_gap
        from centred
        group by {{ keys | join(', ') }}

    ),

    judged as (

        select
            summed.*,
            case
                when points < {{ points_needed }} then 'fewer than {{ points_needed }} points'
                when slope is null then 'all points are of one time'
            end as reason
        from summed

    ),

    tested as (

        select
            {{ keys | join(', ') }},
            points,
            first_moment,
            last_moment,
            case when reason is null then mean_gap end as mean_gap,
            case when reason is null then slope end as slope,
            case when reason is null then slope - {{ z }} * slope_se end as slope_lower_95,
            case when reason is null then slope + {{ z }} * slope_se end as slope_upper_95,
            case when reason is null then slope / slope_se end as z_statistic,
            reason
        from judged

    )

    select
        tested.*,
        {{ normal_two_sided_p('z_statistic') }} as p_value
    from tested
{%- endmacro %}
