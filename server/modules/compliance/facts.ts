/**
 * What evidence says in figures: each source counts while it writes its file, and clauses are
 * judged by these alone. One that is absent was not measured: its source is missing.
 */
export interface Facts {
  /** E-01. */
  accounts: number;
  enabledPersons: number;
  /** Enabled people of the duties system, security and audit. */
  administrators: number;
  administratorsWithoutFactor: number;
  systemAdministrators: number;
  securityAdministrators: number;
  auditAdministrators: number;
  systemWithoutFactor: number;
  securityWithoutFactor: number;
  auditWithoutFactor: number;
  duties: number;
  personsWithoutFactor: number;
  personsWithoutCredential: number;
  passwordsOverdue: number;
  unusedAccounts: number;
  expiredAccounts: number;
  defaultLogins: number;
  /** E-02. */
  roles: number;
  grants: number;
  grantsOfOtherDuty: number;
  ownGrants: number;
  ownApprovals: number;
  approvedRequests: number;
  /** Given by somebody who is no security administrator. */
  grantsNotBySecurity: number;
  exclusivityRules: number;
  /** E-03. */
  passwordLengthMin: number;
  passwordClassesMin: number;
  passwordAgeDaysMax: number;
  failuresMax: number;
  idleMinutesMax: number;
  inactivityDaysMax: number;
  retentionDays: number;
  factorDuties: number;
  restrictedAdministrators: number;
  /** E-04. */
  events: number;
  eventsWithoutActor: number;
  auditKinds: number;
  /** E-05. */
  checkpoints: number;
  links: number;
  brokenLinks: number;
  /** Ways in which the platform's own database account could change or delete the trail. */
  trailWriteRights: number;
  /** E-06. */
  privilegedOperations: number;
  /** Passwords and second factors reset on the server's shell, past the console. */
  emergencyResets: number;
  /** E-07. */
  trailDays: number;
  missingReports: number;
  journals: number;
  /** E-08, E-09. */
  backups: number;
  /** Months of the trail written out as signed files. */
  trailArchives: number;
  restoreDrills: number;
  standbys: number;
  /** E-10. */
  personalFields: number;
  openPersonalFields: number;
  /** Sealed columns of the database that the list says nothing about. */
  unlistedPersonalFields: number;
  /** E-11. */
  keys: number;
  softwareKeys: number;
  certifiedProviders: number;
  failedSelfTests: number;
  /** E-12. */
  settingChanges: number;
  /** E-13. */
  packages: number;
  packagesWithoutDigest: number;
  packagesWithoutLicence: number;
  vulnerabilityScans: number;
  /** E-14. */
  programFiles: number;
  differingFiles: number;
  /** Of the signatures, the counter and the trusted keys. */
  releaseTroubles: number;
  /** Events of the program's own checks, at its starts and daily. */
  releaseChecks: number;
  /** E-15. */
  terminals: number;
  terminalsWithoutKeys: number;
  /** Not heard of in the last day of the period. */
  silentTerminals: number;
  /** E-16. */
  measuredClocks: number;
  wrongClocks: number;
  /** Of the platform's own machine: 1 where it says who keeps its clock. */
  hostClocks: number;
  hostClocksOutOfStep: number;
  /** E-17. */
  alarms: number;
  alarmKinds: number;
  /** E-18. */
  reveals: number;
  revealsWithoutReason: number;
  /** E-19. */
  eraseCertificates: number;
  /** Of these, lost ones: nobody wiped them. */
  unwipedTerminals: number;
  /** Persons, and months of the trail, deleted from the database. */
  erasures: number;
  /** E-20. */
  failedSignIns: number;
  /** Who signed in, and those of them who did from many addresses on one day. */
  signedInAccounts: number;
  scatteredAccounts: number;
  lockouts: number;
  endedSessions: number;
  /** E-21. */
  routes: number;
  openRoutes: number;
  unguardedRoutes: number;
  parties: number;
  plainParties: number;
  /** 1 when the platform itself listens on more than loopback without a gateway's TLS. */
  openListeners: number;
  /** Listened on by anything on the platform's machine; those others can reach. */
  hostPorts: number;
  outsidePorts: number;
  /** E-22. */
  components: number;
  /** E-23. */
  checkedRows: number;
  brokenRows: number;
}

export type FactName = keyof Facts;

export type KnownFacts = Readonly<Partial<Facts>>;
