select
    lmns_code,
    supplier_code,
    supplier_name,
    dataset,
    {{ to_date('first_month', 'iso') }} as first_month,
    {{ to_date('last_month', 'iso') }} as last_month,
    cadence_months,
    due_days
from {{ source('register', 'local_expected') }}
