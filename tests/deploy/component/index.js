// Stands in for the component fc3, which Serverless Devs downloads: the tool around it is the real
// one, and what it hands over goes to stand_in.py, which does in short what fc3 does.
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const work = async (command, { props, credential, getCredential, yaml }) => {
  const { AccessKeyID, AccessKeySecret } = credential || (await getCredential());
  const order = {
    command,
    props,
    access_key_id: AccessKeyID,
    access_key_secret: AccessKeySecret,
    folder: path.dirname(yaml.path),
  };
  const { status, stdout, stderr } = spawnSync(
    process.env.STAND_IN_PYTHON,
    ['-m', 'tests.deploy.stand_in'],
    { input: JSON.stringify(order), encoding: 'utf-8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

exports.default = class {
  deploy = (inputs) => work('deploy', inputs);

  remove = (inputs) => work('remove', inputs);

  getSchema = () => fs.readFileSync(path.join(__dirname, 'schema.json'), 'utf-8');
};
