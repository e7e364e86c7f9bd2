import { generateKeyPairSync, sign } from 'node:crypto';

/** One value of ASN.1, as certificates are written in (DER). */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const sequence = (...contents: Buffer[]) => der(0x30, ...contents);
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const utcTime = (date: Date) => der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

/** A certificate that has signed itself, for `localhost` and 127.0.0.1, and its key. */
export function selfSignedCertificate(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(der(0x06, bytes('2a8648ce3d040302'))); // ecdsa-with-SHA256
  const name = sequence(der(0x31, sequence(der(0x06, bytes('550403')), der(0x0c, Buffer.from('localhost')))));
  const day = 24 * 3_600_000;
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const isAuthority = sequence(der(0x01, bytes('ff')));
  const extensions = sequence(
    sequence(der(0x06, bytes('551d11')), der(0x04, names)),
    sequence(der(0x06, bytes('551d13')), der(0x01, bytes('ff')), der(0x04, isAuthority)));
  const content = sequence(
    der(0xa0, der(0x02, bytes('02'))), der(0x02, bytes('01')), algorithm, name,
    sequence(utcTime(new Date(Date.now() - day)), utcTime(new Date(Date.now() + day))), name,
    publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, extensions));
  const signature = sign('sha256', content, privateKey);
  const certificate = sequence(content, algorithm, der(0x03, bytes('00'), signature));
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
