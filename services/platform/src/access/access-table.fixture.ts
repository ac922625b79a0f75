import type { Relation } from '@cytoledger/domain';
import type { Role } from '@cytoledger/service-kit';

/**
 * Who may do what, written by hand after the table of the architecture: the specification beside it tries every role, in every relation, on every
 * route. Nothing here is read from the routes' own declarations. A route that no line names fails the specification: add it here, and think of who
 * may do it while doing so.
 */
export type Action = {
  /** `METHOD path`, below `/v1/`; `{a,b}` stands for either. For the second content of a pair, its member follows. */
  readonly routes: readonly string[];
  /** By what the caller's organisation is to the resource. `anyone`: whatever it is. */
  readonly who: Partial<Readonly<Record<Relation | 'anyone', readonly Role[]>>>;
};

const BENCH: readonly Role[] = ['lab.operator', 'lab.qa'];
const LAB: readonly Role[] = ['lab.operator', 'lab.qa', 'lab.qp'];
const QUALITY: readonly Role[] = ['lab.qa', 'lab.qp'];
const WARD: readonly Role[] = ['hospital.nurse', 'hospital.physician', 'hospital.coordinator'];
const BEDSIDE: readonly Role[] = ['hospital.nurse', 'hospital.physician'];
const STORE: readonly Role[] = ['hospital.nurse', 'hospital.coordinator'];
const CLINICIANS: readonly Role[] = [...LAB, ...WARD];
const ON_THE_WAY: readonly Role[] = [...CLINICIANS, 'courier'];
const RESPONSIBLE: readonly Role[] = ['lab.qa', 'hospital.physician'];
const DEVICES: readonly Role[] = [...BENCH, 'qc.analyst', ...STORE];
const SAMPLERS: readonly Role[] = [...LAB, 'qc.analyst', ...STORE];
const TESTERS: readonly Role[] = [...BENCH, 'qc.analyst'];
const FILING: readonly Role[] = ['hospital.physician', 'hospital.coordinator', 'lab.qa'];
const ANSWERING: readonly Role[] = [...QUALITY, 'hospital.physician', 'hospital.coordinator', 'qc.analyst'];
const OFFICE: readonly Role[] = ['lab.qa', 'hospital.physician', 'site.admin'];

const owner = (roles: readonly Role[]) => ({ owner: roles });
const holders = (roles: readonly Role[]) => ({ owner: roles, custodian: roles, 'treating-site': roles });
const parties = (roles: readonly Role[]) => ({ owner: roles, custodian: roles });
const treating = (roles: readonly Role[]) => ({ owner: roles, 'treating-site': roles });
const testing = (roles: readonly Role[]) => ({ owner: roles, 'testing-laboratory': roles });
const anyone = (roles: readonly Role[]) => ({ anyone: roles });

/** What is posted and recorded. */
export const RECORDING: readonly Action[] = [
  // Persons: a record of a donor or patient belongs to the site that registered them. Nobody else adds to it.
  {
    routes: ['POST persons/:personId', 'POST persons/:personId/{screenings,consents,withdrawals,retests,death}'],
    who: owner(CLINICIANS),
  },
  { routes: ['POST persons/:personId/{post-donation-information,deviations,corrections}'], who: owner(CLINICIANS) },
  { routes: ['POST persons/:personId/{eligibility,withdrawal-decisions,links}'], who: owner(RESPONSIBLE) },
  { routes: ['POST persons/:personId/links/:link/undoing'], who: owner(RESPONSIBLE) },
  { routes: ['POST persons/:personId/deviations/:deviation/closure'], who: owner(RESPONSIBLE) },

  // Donations: who procured them, and from the receipt on the laboratory that took them.
  { routes: ['POST donations/:donationId'], who: anyone(CLINICIANS) },
  { routes: ['POST donations/:donationId/receipt'], who: anyone(LAB) },
  { routes: ['POST donations/:donationId/collection'], who: { owner: CLINICIANS, 'procurement-site': CLINICIANS } },
  {
    routes: ['POST donations/:donationId/discard'],
    who: { owner: CLINICIANS, 'procurement-site': CLINICIANS, custodian: CLINICIANS },
  },
  { routes: ['POST donations/:donationId/{deviations,corrections}'], who: parties(CLINICIANS) },
  { routes: ['POST donations/:donationId/deviations/:deviation/closure'], who: parties(RESPONSIBLE) },

  // Batches: the preparation laboratory's own.
  { routes: ['POST batches/:batchId', 'POST batches/:batchId/legacy-import'], who: anyone(BENCH) },
  {
    routes: [
      'POST batches/:batchId/{materials,isolations,passages,expansions,transductions,harvests,splits,split-closure}',
      'POST batches/:batchId/{label-issues,labels,label-reconciliations,cryopreservations,samples}',
    ],
    who: owner(BENCH),
  },
  { routes: ['POST batches/:batchId/{quarantines,holds}'], who: owner(LAB) },
  { routes: ['POST batches/:batchId/corrections'], who: owner(LAB) },
  { routes: ['POST batches/:batchId/units/:unitId/allocations'], who: owner(LAB) },
  // What is decided about a batch, by its owner's quality unit and nobody else.
  {
    routes: [
      'POST batches/:batchId/{releases,conditional-releases,exceptional-releases,rejections,recalls}',
      'POST batches/:batchId/{specification-bindings,late-results}',
      'POST batches/:batchId/conditional-releases/:release/closure',
      'POST batches/:batchId/{quarantines,holds}/:restriction/lifting',
    ],
    who: owner(QUALITY),
  },
  {
    routes: ['POST batches/:batchId/late-results/:notice/acknowledgement'],
    who: { owner: [...QUALITY, 'hospital.physician'], 'treating-site': [...QUALITY, 'hospital.physician'] },
  },
  { routes: ['POST batches/:batchId/tests'], who: testing(TESTERS) },
  {
    routes: ['POST batches/:batchId/deviations'],
    who: { ...holders([...LAB, ...BEDSIDE, 'qc.analyst']), 'testing-laboratory': [...LAB, ...BEDSIDE, 'qc.analyst'] },
  },
  {
    routes: ['POST batches/:batchId/deviations/:deviation/closure'],
    who: { ...holders(QUALITY), 'testing-laboratory': QUALITY },
  },

  // Units: whoever holds them, or is to use them.
  {
    routes: ['POST batches/:batchId/{storages,moves,retrievals,thaws,relabellings}'],
    who: holders([...BENCH, ...STORE]),
  },
  { routes: ['POST batches/:batchId/discards'], who: holders(CLINICIANS) },
  { routes: ['POST batches/:batchId/damages'], who: holders(ON_THE_WAY) },
  { routes: ['POST batches/:batchId/unit-departures'], who: parties(LAB) },
  // What arrived is recorded by whom it reached, meant for them or not.
  { routes: ['POST batches/:batchId/unit-receipts'], who: anyone(CLINICIANS) },
  { routes: ['POST batches/:batchId/unit-returns'], who: anyone(LAB) },

  // The bedside. An authorisation is for who treats or holds; what happened is recorded whoever did it.
  {
    routes: ['POST batches/:batchId/units/:unitId/{infusion-authorisations,break-glass}'],
    who: { 'treating-site': BEDSIDE, custodian: BEDSIDE },
  },
  {
    routes: ['POST batches/:batchId/break-glass/:event/countersignature'],
    who: { 'treating-site': BEDSIDE, custodian: BEDSIDE },
  },
  { routes: ['POST batches/:batchId/countersignatures'], who: holders([...BEDSIDE, ...QUALITY]) },
  { routes: ['POST batches/:batchId/units/:unitId/reconstitutions'], who: holders(CLINICIANS) },
  {
    routes: ['POST batches/:batchId/units/:unitId/{infusions,infusion-starts,infusion-interruptions,infusion-ends}'],
    who: anyone(WARD),
  },
  // The second of the two contents, for the treatment: the hospital's own.
  { routes: ['POST batches/:batchId/units/:unitId/{infusions,infusion-ends} record'], who: treating(WARD) },

  // Treatments: the hospital's own.
  { routes: ['POST treatments/:treatmentId'], who: anyone(['hospital.physician', 'hospital.coordinator']) },
  {
    routes: [
      'POST treatments/:treatmentId/{consent,visits,adverse-events,outcomes,closure,loss,deviations,corrections}',
      'POST treatments/:treatmentId/{chain-of-identity,mobilisations,conditioning,rescues,engraftments,notices,pregnancies}',
      'POST treatments/:treatmentId/visits/:visit/record',
      'POST treatments/:treatmentId/adverse-events/:adverseEvent/updates',
    ],
    who: treating(WARD),
  },
  {
    routes: [
      'POST treatments/:treatmentId/{urgent-need,conditioning-authorisations}',
      'POST treatments/:treatmentId/deviations/:deviation/closure',
    ],
    who: treating(['hospital.physician']),
  },

  // Shipments: shipper, carrier and consignee.
  { routes: ['POST shipments/:shipmentId'], who: owner(CLINICIANS) },
  { routes: ['POST shipments/:shipmentId/receipt'], who: anyone(CLINICIANS) },
  {
    routes: ['POST shipments/:shipmentId/{departure,readings,excursions,hand-overs,closure,deviations,corrections}'],
    who: holders(ON_THE_WAY),
  },
  {
    routes: ['POST shipments/:shipmentId/crossings', 'POST shipments/:shipmentId/excursions/:excursion/assessment'],
    who: owner(QUALITY),
  },
  { routes: ['POST shipments/:shipmentId/deviations/:deviation/closure'], who: holders(QUALITY) },

  // Materials, devices and rooms: of whoever keeps them.
  { routes: ['POST materials/:materialId', 'POST materials/:materialId/preparation'], who: anyone(BENCH) },
  {
    routes: ['POST materials/:materialId/{samples,openings,supplier-recalls,deviations,corrections}'],
    who: owner(BENCH),
  },
  {
    routes: ['POST materials/:materialId/{release,rejection}', 'POST materials/:materialId/deviations/:deviation/closure'],
    who: owner(QUALITY),
  },
  {
    routes: [
      'POST equipment/:equipmentId/{qualifications,calibrations,failures,alarms,returns,deviations,corrections}',
      'POST rooms/:roomId',
      'POST rooms/:roomId/{clearances,monitoring,sessions,deviations,corrections}',
      'POST rooms/:roomId/sessions/:session/closure',
    ],
    who: owner(DEVICES),
  },
  {
    routes: ['POST {equipment/:equipmentId,rooms/:roomId}/deviations/:deviation/closure'],
    who: owner([...QUALITY, 'hospital.physician']),
  },

  // Samples: who took them, and the laboratory that they were sent to.
  { routes: ['POST samples/:sampleId'], who: anyone(SAMPLERS) },
  { routes: ['POST samples/:sampleId/dispatch'], who: owner(SAMPLERS) },
  {
    routes: [
      'POST samples/:sampleId/{receipt,rejection,reports}',
      'POST samples/:sampleId/reports/:report/{revision,withdrawal}',
    ],
    who: testing(TESTERS),
  },
  { routes: ['POST samples/:sampleId/{retention,consumption,destruction,deviations,corrections}'], who: testing(SAMPLERS) },
  { routes: ['POST samples/:sampleId/deviations/:deviation/closure'], who: testing([...QUALITY, 'qc.analyst']) },

  // Releases that wait for their second signature: the owner's quality unit.
  {
    routes: [
      'POST releases/:releaseId/{withdrawal,deviations,corrections}',
      'POST releases/:releaseId/deviations/:deviation/closure',
    ],
    who: owner(QUALITY),
  },

  // Recalls: who runs one; the sites that it names answer it.
  { routes: ['POST recalls/:recallId'], who: anyone(QUALITY) },
  { routes: ['POST recalls/:recallId/{scope,notices,escalations,units,closure,corrections}'], who: owner(QUALITY) },
  { routes: ['POST recalls/:recallId/checks'], who: owner([...QUALITY, 'oversight']) },
  { routes: ['POST recalls/:recallId/acknowledgements'], who: parties(CLINICIANS) },
  {
    routes: ['POST recalls/:recallId/deviations'],
    who: parties([...QUALITY, 'hospital.physician', 'hospital.coordinator']),
  },
  { routes: ['POST recalls/:recallId/deviations/:deviation/closure'], who: parties(QUALITY) },

  // Corrections across records: proposed by whoever records, decided by quality units and physicians of those concerned.
  { routes: ['POST corrections/:correctionId'], who: anyone([...CLINICIANS, 'qc.analyst']) },
  {
    routes: [
      'POST corrections/:correctionId/{approval,rejection,impact}',
      'POST corrections/:correctionId/deviations/:deviation/closure',
    ],
    who: parties([...QUALITY, 'hospital.physician']),
  },
  { routes: ['POST corrections/:correctionId/deviations'], who: parties(CLINICIANS) },
  { routes: ['POST corrections/:correctionId/corrections'], who: owner([...QUALITY, 'hospital.physician']) },

  // Deviations that span records: told by whoever sees one, followed up by the quality unit or physician of where it was told.
  { routes: ['POST deviations/:deviationId'], who: anyone([...CLINICIANS, 'qc.analyst']) },
  {
    routes: ['POST deviations/:deviationId/{links,root-cause,actions,closure,deviations}'],
    who: owner([...QUALITY, 'hospital.physician']),
  },
  {
    routes: ['POST deviations/:deviationId/investigations'],
    who: owner([...QUALITY, 'hospital.physician', 'qc.analyst']),
  },
  { routes: ['POST deviations/:deviationId/actions/:action/completion'], who: owner(CLINICIANS) },
  {
    routes: ['POST deviations/:deviationId/corrections', 'POST deviations/:deviationId/deviations/:deviation/closure'],
    who: owner(QUALITY),
  },

  // Oversight asks and inspects; the site asked answers.
  { routes: ['POST {queries/:queryId,inspections/:inspectionId}'], who: anyone(['oversight']) },
  {
    routes: ['POST {queries/:queryId,inspections/:inspectionId}/closure', 'POST inspections/:inspectionId/orders'],
    who: owner(['oversight']),
  },
  {
    routes: ['POST queries/:queryId/answer', 'POST inspections/:inspectionId/rectifications'],
    who: { custodian: ANSWERING },
  },
  {
    routes: ['POST {queries/:queryId,inspections/:inspectionId}/deviations'],
    who: parties(['oversight', ...ANSWERING]),
  },
  // Who is asked or inspected puts off no deadline of the centre's and words none of its findings anew.
  { routes: ['POST {queries/:queryId,inspections/:inspectionId}/corrections'], who: owner(['oversight']) },
  {
    routes: ['POST {queries/:queryId,inspections/:inspectionId}/deviations/:deviation/closure'],
    who: parties(['oversight']),
  },

  // Reports that matched nothing: whoever can say what they meant, the quality-control centre too.
  {
    routes: ['POST facts/:factId/reconciliation'],
    who: anyone([...LAB, 'hospital.physician', 'hospital.coordinator', 'oversight']),
  },
  {
    routes: ['POST facts/:factId/{deviations,corrections}'],
    who: owner([...LAB, 'hospital.physician', 'hospital.coordinator']),
  },
  { routes: ['POST facts/:factId/deviations/:deviation/closure'], who: owner([...QUALITY, 'hospital.physician']) },

  // The registry.
  { routes: ['POST sites/:siteId'], who: anyone(['platform.admin']) },
  { routes: ['POST studies/:studyId'], who: anyone(FILING) },
  { routes: ['POST studies/:studyId/{amendments,site-approvals}'], who: owner(FILING) },
  { routes: ['POST studies/:studyId/suspensions'], who: treating([...FILING, 'oversight']) },
  { routes: ['POST studies/:studyId/resumptions'], who: owner([...FILING, 'oversight']) },
  { routes: ['POST products/:productId/specifications'], who: owner(['lab.qa']) },
  { routes: ['POST staff/:staffId'], who: owner(['site.admin']) },
  { routes: ['POST staff/:staffId/{authorisations,suspensions}'], who: owner(OFFICE) },
  { routes: ['POST keys/:keyId'], who: anyone(['site.admin']) },
  { routes: ['POST keys/:keyId/revocation'], who: owner(['site.admin']) },
  {
    routes: ['POST {sites/:siteId,products/:productId,staff/:staffId,keys/:keyId}/{deviations,corrections}'],
    who: owner(OFFICE),
  },
  { routes: ['POST studies/:studyId/deviations'], who: treating(OFFICE) },
  { routes: ['POST studies/:studyId/corrections'], who: owner(OFFICE) },
  {
    routes: ['POST {sites/:siteId,products/:productId,staff/:staffId,keys/:keyId}/deviations/:deviation/closure'],
    who: owner(RESPONSIBLE),
  },
  { routes: ['POST studies/:studyId/deviations/:deviation/closure'], who: treating(RESPONSIBLE) },
];

const EVERYBODY: readonly Role[] = [
  ...ON_THE_WAY,
  'qc.analyst',
  'site.admin',
  'platform.admin',
  'oversight',
  'auditor',
  'log.monitor',
  'patient',
];

/** What is asked, and what is posted beside facts: which roles the question is for. What each then sees is shown by what the answers hold. */
export const ASKING: readonly { readonly routes: readonly string[]; readonly roles: readonly Role[] }[] = [
  {
    routes: [
      'GET traces/{units,recipients,origins,failures,look-back}',
      'GET patients/:patient/{given,donors,materials,work}',
      'GET batches/:batchId',
      'GET batches/:batchId/{dossier,history,evidence}',
      'GET units/:unitId',
      'GET treatments/:treatmentId',
      'GET {whereabouts,due,search,feed}',
      'GET streams/:stream/{history,state,differences,:seq/proof}',
      'POST verify',
      // Line by line, and entry by entry, what the routes that record would let them record.
      'POST {events,transcriptions}',
    ],
    roles: EVERYBODY,
  },
  { routes: ['GET {batches/:batchId/gate,releases/:releaseId}'], roles: [...LAB, 'oversight'] },
  { routes: ['POST releases/:releaseId/signatures'], roles: QUALITY },
  { routes: ['GET batches/:batchId/units/:unitId/gate'], roles: [...CLINICIANS, 'oversight'] },
  { routes: ['GET {sites/:site,treatments/:treatmentId}/gate-snapshot'], roles: [...WARD, 'oversight'] },
  { routes: ['GET bedside/light'], roles: WARD },
  { routes: ['GET recalls/:recallId'], roles: [...CLINICIANS, 'oversight'] },
  { routes: ['GET corrections/:correctionId'], roles: [...CLINICIANS, 'qc.analyst', 'oversight'] },
  // Every header there is, under pseudonyms: for those who check the whole log.
  { routes: ['GET /log/tile/entries/:rest'], roles: ['auditor', 'log.monitor'] },
  { routes: ['POST subjects/:subject/erasure'], roles: ['site.admin', 'platform.admin'] },
];

/** What whoever reaches the port may ask, without a token: it holds nothing about anybody. */
export const OPEN: readonly string[] = [
  'GET /bedside',
  // Blank forms, to be printed.
  'GET {forms,forms/:type,forms/:type/:stream}',
  'GET /log/{checkpoint,heads,policy,tile/:rest}',
  'POST /log/heads/cosignatures',
];
