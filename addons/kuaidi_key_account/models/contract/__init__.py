# contracts first, then what stands on them
from . import contract
from . import contract_clauses
from . import contract_term
