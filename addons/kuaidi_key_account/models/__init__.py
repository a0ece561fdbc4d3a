# rooms in the direction of dependency: a later one may build on an earlier one
from . import base
from . import account
from . import grading
from . import service
from . import insight
from . import contract
from . import tender
from . import receivable
from . import desk
