"""The demo's payment gateway: VNPay's stand-in, beside a market that has no real one."""

import sys
from pathlib import Path

from ocop_market.runtime import ports
from ocop_market.runtime.datadir import DataDir
from ocop_market.runtime.locate import STANDIN
from ocop_market.runtime.processes import Spec

ROOT = Path(__file__).resolve().parents[2]
FIRST_PORT = 17400
TMN_CODE = "OCOPDEMO"
IPN_PATH = "/thanh-toan/vnpay/ipn/"


def attach(
    data: DataDir, env: dict[str, str], market_port: int, *, demo: bool
) -> tuple[dict[str, str], list[Spec]]:
    """The environment that offers the stand-in to web and worker, and how to start it.

    Nothing changes unless a demo lives here and no real gateway is named: in an earnest market
    nobody may pay without money.
    """
    if not demo or env.get("VNPAY_PAY_URL") or env.get("VNPAY_PAY_URL_FILE"):
        data.services(**{STANDIN: None})  # manage.py must not offer one that does not run
        return env, []
    port = ports.pick(data.services().get("standin_port"), FIRST_PORT)
    url = f"http://{ports.HOST}:{port}"
    told = {
        "VNPAY_TMN_CODE": TMN_CODE,
        "VNPAY_HASH_SECRET": data.secret("standin_secret"),
        "VNPAY_PAY_URL": f"{url}/paymentv2/vpcpay.html",
        "VNPAY_API_URL": f"{url}/merchant_webapi/api/transaction",
    }
    data.services(standin_port=port, **{STANDIN: told})
    env = {**env, **told}
    ipn_url = f"http://{ports.HOST}:{market_port}{IPN_PATH}"
    spec = Spec(
        name="standin",
        argv=[sys.executable, "-m", "payments.standin", "--port", str(port), "--ipn-url", ipn_url],
        env=env,
        cwd=ROOT,
        log=data.log("standin"),
    )
    return env, [spec]
