from . import case_department
from . import case_link
