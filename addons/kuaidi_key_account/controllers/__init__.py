from . import export
from . import statement_portal
