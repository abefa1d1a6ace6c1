// fails: typescript(no-require-imports)
export const store = require('../store/profiles');
