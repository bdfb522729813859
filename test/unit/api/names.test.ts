import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  boundedName,
  definitionRevisionName,
  labelValue,
  maxLabelLength,
  maxNameLength,
  revisionName,
  revisionNumberOf,
  schemaConfigMapName,
  trackerName,
  workflowContextName,
} from '../../../src/api/names.ts';

const uid = '1b4e28ba-2fa1-4d3b-883f-0016d3cca427';
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const objectName = fc.array(label, { minLength: 1, maxLength: 8 }).map((parts) =>
  parts
    .join('.')
    .slice(0, maxNameLength)
    .replace(/[^a-z0-9]+$/, ''),
);

describe('names of generated objects', () => {
  it('are those KubeVela users know', () => {
    assert.equal(revisionName('shop', 3), 'shop-v3');
    assert.equal(definitionRevisionName('webservice', 2), 'webservice-v2');
    assert.equal(definitionRevisionName('webservice', '1.2.0'), 'webservice-v1.2.0');
    assert.equal(definitionRevisionName('webservice', 'v1.2.0'), 'webservice-v1.2.0');
    assert.equal(schemaConfigMapName('component', 'webservice'), 'component-schema-webservice');
    assert.equal(schemaConfigMapName('workflowstep', 'deploy', 2), 'workflowstep-schema-deploy-v2');
    assert.equal(workflowContextName('shop'), 'workflow-shop-context');
  });

  it('give a tracker the application, its namespace and 8 digits of its uid, pages after it', () => {
    assert.equal(trackerName('shop', 'prod', uid), 'shop-prod-1b4e28ba');
    assert.equal(trackerName('shop', 'prod', uid, 1), 'shop-prod-1b4e28ba');
    assert.equal(trackerName('shop', 'prod', uid, 2), 'shop-prod-1b4e28ba-2');
  });

  it('keep shop-eu in prod apart from shop in eu-prod', () => {
    assert.notEqual(trackerName('shop-eu', 'prod', uid), trackerName('shop', 'eu-prod', 'c0ffee00-0000-4000-8000-000000000000'));
  });

  it('take 8 digits of a hash where a uid does not begin with 8', () => {
    assert.match(trackerName('shop', 'prod', 'uid-7'), /^shop-prod-[0-9a-f]{8}$/);
    assert.notEqual(trackerName('shop', 'prod', 'uid-7'), trackerName('shop', 'prod', 'uid-8'));
  });

  it('are always names an API server takes', () => {
    fc.assert(
      fc.property(objectName, label, fc.uuid(), fc.integer({ min: 1, max: 2000 }), (application, namespace, id, n) => {
        for (const name of [revisionName(application, n), trackerName(application, namespace, id, n), workflowContextName(application)]) {
          assert.ok(name.length <= maxNameLength, `${name.length} characters`);
          assert.match(name, subdomain);
        }
      }),
    );
  });

  it('lead back from a revision to its number, also where the application is cut', () => {
    fc.assert(
      fc.property(objectName, fc.integer({ min: 1, max: 1e6 }), (application, n) => {
        assert.equal(revisionNumberOf(application, revisionName(application, n)), n);
      }),
    );
    assert.equal(revisionNumberOf('shop', 'shop-eu-v3'), undefined);
    assert.equal(revisionNumberOf('shop', 'shop-v03'), undefined);
    assert.equal(revisionNumberOf('shop', 'shop'), undefined);
    assert.equal(revisionNumberOf('shop-v1', 'shop-v1-v2'), 2);
  });
});

describe('names that are too long', () => {
  it('stay as they are up to the limit', () => {
    assert.equal(labelValue('a'.repeat(maxLabelLength)), 'a'.repeat(maxLabelLength));
    assert.equal(labelValue('a'.repeat(maxLabelLength + 1)).length, maxLabelLength);
  });

  it('stay different when only their ends differ', () => {
    const long = 'payments-'.repeat(30);
    assert.notEqual(boundedName(`${long}a`, 63), boundedName(`${long}b`, 63));
  });

  it('are not cut right after a dot or a dash', () => {
    assert.match(boundedName(`${'a'.repeat(53)}.-${'b'.repeat(20)}`, 63), /^a{53}-[0-9a-f]{8}$/);
  });

  it('are label values an API server takes', () => {
    fc.assert(
      fc.property(objectName, (name) => {
        assert.match(labelValue(name), /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
      }),
    );
  });
});
