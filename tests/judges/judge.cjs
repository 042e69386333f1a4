// Reads questions as JSON lines, writes what other people's programs say as JSON lines.
const readline = require("node:readline");
const { VNPay } = require("vnpay");
const { QRPay } = require("vietnam-qr-pay");
const { Parse } = require("emvco-merchant-parse");
const { DigitalLink } = require("digital-link.js");
const { validateEpcisDocument } = require("epcis2.js");

const client = (merchant) =>
  new VNPay({
    tmnCode: merchant.tmn,
    secureSecret: merchant.secret,
    vnpayHost: merchant.host,
    queryDrAndRefundHost: merchant.host,
  });
const parameters = (url) => Object.fromEntries(new URL(url).searchParams);

const judges = {
  build: ({ merchant, pay }) => client(merchant).buildPaymentUrl(pay),
  verifyReturn: ({ merchant, url }) => client(merchant).verifyReturnUrl(parameters(url)),
  verifyIpn: ({ merchant, url }) => client(merchant).verifyIpnCall(parameters(url)),
  query: ({ merchant, body }) => client(merchant).queryDr(body),
  refund: ({ merchant, body }) => client(merchant).refund(body),
  vietqr: ({ payload }) => {
    const read = new QRPay(payload);
    return { ...read, rebuilt: read.isValid ? read.build() : "" };
  },
  emvco: ({ payload }) => Parse(payload),
  // Its answer to a bad document is a list of errors or, of some, an exception.
  epcis: ({ document }) => validateEpcisDocument(document, false),
  digitalLink: ({ uri }) => {
    const link = DigitalLink(uri);
    return {
      isValid: link.isValid(),
      identifier: link.getIdentifier(),
      qualifiers: link.getKeyQualifiers(),
      attributes: link.getAttributes(),
      rebuilt: link.toWebUriString(),
    };
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { judge, ...question } = JSON.parse(line);
    let said;
    try {
      said = { answer: await judges[judge](question) };
    } catch (error) {
      said = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(said) + "\n");
  }
})();
