# figures first, then what is made of them
from . import monthly_figure
