export const created = (over: object = {}) => ({ origin: 'cytoledger.example/demo', mode: 'demo', ...over });
