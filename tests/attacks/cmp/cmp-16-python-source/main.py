@IF bom@@BOM@@END@@IF cookie@# -*- coding: no-such-codec -*-
@END@@IF cookie-code@# -*- coding: unicode_escape -*-
@END@@IF future@from __future__ import annotations
@END@def twice_and_one(x):
    return 2 * x + 1


@IF brackets@y = @300*[@@300*]@@END@
@IF unary@y = @100000*-@1@END@
@IF attributes@y = a@50000*.a@@END@
@IF lambdas@y = @5000*lambda: @1@END@
@IF indent@if 1:
@200*  if 1:
@@END@
@IF fstring@y = f"@100*{f'@{1}@100*'}@"@END@
@IF constant@y = [0] * (1 << 40)@END@
@IF digits@y = @5000*9@@END@
@IF nul@y = "@NUL@"@END@
@IF surrogate@y = "@BYTES@"@END@
@IF escapes@y = @ESC@[2J @RLO@ error@END@
