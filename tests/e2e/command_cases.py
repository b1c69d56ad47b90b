from support import *
