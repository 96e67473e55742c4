// Verifies bundles with the verifier of npm. Standard input: {"cases": [{bundle, root, artifact?, keys?, options?}]};
// standard output: [null or the reason of refusal, in the same order].
const { bundleFromJSON } = require('@sigstore/bundle');
const { crypto } = require('@sigstore/core');
const { TrustedRoot } = require('@sigstore/protobuf-specs');
const { Verifier, toSignedEntity, toTrustMaterial } = require('@sigstore/verify');

function verdict({ bundle, root, artifact, keys, options }) {
  try {
    const known = (hint) => {
      if (!keys || !keys[hint]) throw new Error(`no key ${hint}`);
      return { publicKey: crypto.createPublicKey(keys[hint]), validFor: () => true };
    };
    const material = toTrustMaterial(TrustedRoot.fromJSON(root), known);
    const data = artifact === undefined ? undefined : Buffer.from(artifact, 'base64');
    new Verifier(material, options).verify(toSignedEntity(bundleFromJSON(bundle), data));
    return null;
  } catch (error) {
    return `${error.code ?? error.name}: ${error.message}`;
  }
}

const { cases } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(cases.map(verdict)));
