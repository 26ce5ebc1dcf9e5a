import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { md, pki } from "node-forge";

const DAY = 24 * 60 * 60 * 1000;

/** A certificate and its key in PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  /** The file of the authority's own certificate in PEM, and its text. */
  readonly path: string;
  readonly certificate: string;
  /** Makes the certificate of a server with these host names and addresses, valid now or until yesterday. */
  issue(options: { hosts: readonly string[]; expired?: boolean }): Issued;
}

/** Makes a certificate authority of a test's own, whose certificate is written to a folder. */
export function makeAuthority(folder: string, name = "Test authority"): Authority {
  const keys = newKeys();
  const subject = [{ name: "commonName", value: name }];
  const extensions = [
    { name: "basicConstraints", critical: true, cA: true },
    { name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true },
    { name: "subjectKeyIdentifier" },
  ];
  const own = newCertificate({ keys, subject, issuer: subject, extensions, expired: false }, keys.privateKey);
  const path = join(folder, `${name.replaceAll(/\W+/g, "-").toLowerCase()}.pem`);
  writeFileSync(path, own);

  const issue: Authority["issue"] = ({ hosts, expired = false }) => {
    const serverKeys = newKeys();
    const altNames = hosts.map((host) => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }));
    const certificate = newCertificate(
      {
        keys: serverKeys,
        subject: [{ name: "commonName", value: hosts[0] ?? "nobody" }],
        issuer: subject,
        extensions: [
          { name: "basicConstraints", critical: true, cA: false },
          { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
          { name: "extKeyUsage", serverAuth: true },
          { name: "subjectAltName", altNames },
        ],
        expired,
      },
      keys.privateKey,
    );
    return { certificate, key: pki.privateKeyToPem(serverKeys.privateKey) };
  };
  return { path, certificate: own, issue };
}

interface Contents {
  keys: pki.rsa.KeyPair;
  subject: pki.CertificateField[];
  issuer: pki.CertificateField[];
  extensions: object[];
  expired: boolean;
}

function newCertificate(contents: Contents, signer: pki.rsa.PrivateKey): string {
  const certificate = pki.createCertificate();
  certificate.publicKey = contents.keys.publicKey;
  certificate.serialNumber = `01${randomBytes(8).toString("hex")}`;
  certificate.validity.notBefore = new Date(Date.now() - 2 * DAY);
  certificate.validity.notAfter = new Date(Date.now() + (contents.expired ? -DAY : DAY));
  certificate.setSubject(contents.subject);
  certificate.setIssuer(contents.issuer);
  certificate.setExtensions(contents.extensions);
  certificate.sign(signer, md.sha256.create());
  return pki.certificateToPem(certificate);
}

/** Node makes them far faster than the library. */
function newKeys(): pki.rsa.KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return { publicKey: pki.publicKeyFromPem(publicKey), privateKey: pki.privateKeyFromPem(privateKey) };
}
