// The server's messages under the names of this page.
import type { components, paths } from "./generated";

type Messages = components["schemas"];
type Asked<Path extends "/api/hand-over/returned" | "/api/patients/table/rows"> =
  paths[Path]["post"]["requestBody"]["content"]["multipart/related"]["asked"];

export type Session = Messages["SessionAnswer"];
export type SignedIn = Messages["MyselfAnswer"];
export type Role = Messages["RoleMessage"];
export type RoleName = Role["role"];
export type Person = Messages["PersonAnswer"];
export type PeopleList = Messages["PeopleAnswer"];
export type PersonChange = Messages["PersonChangeMessage"];
export type Places = Messages["PlacesAnswer"];
export type Invitation = Messages["LinkAnswer"];
export type Door = Messages["DoorAnswer"];
export type OpenDoor = Messages["OpenDoorMessage"];
export type AuditPage = Messages["AuditAnswer"];
export type AuditCheck = Messages["AuditCheckAnswer"];
export type AuditEntry = Messages["AuditEntryAnswer"];

export type Reading = Messages["ReadingMessage"];
export type EarlierItem = Messages["EarlierItemMessage"];
export type ItemState = Messages["ListedItemMessage"]["state"];

export type DesignPage = Messages["DesignAnswer"];
export type ReadDesign = Messages["DesignMessage"];
export type LateLesions = Messages["LateLesionsMessage"];
export type ReadingRules = Messages["RulesMessage"];
export type Preview = Messages["PreviewAnswer"];
export type Lesion = Messages["LesionMessage"];
export type LesionCase = Messages["LesionCaseAnswer"];
export type PlacedPointer = Messages["PlacePointerMessage"];
export type Lesions = Messages["LesionsAnswer"];
export type Seal = Messages["SealAnswer"];
export type RoomProgress = Messages["ProgressAnswer"];
export type ReaderProgress = Messages["ReaderProgressMessage"];
export type BlindingReport = Messages["BlindingAnswer"];

export type Disputes = Messages["DisputesAnswer"];
export type Dispute = Messages["DisputeAnswer"];
export type DisputeReason = Dispute["reason"];
export type DecisionChoice = Messages["DecideMessage"]["choice"];
export type DrawnContour = Messages["ContourMessage"];
export type ReadingOfDispute = Messages["ReadingOfDisputeMessage"];

export type Work = Messages["WorkMessage"];

export type Images = Messages["ImagesAnswer"];
export type ExamLine = Messages["ExamLineMessage"];
export type ExamLines = Messages["ExamLinesAnswer"];
export type ExamSeen = Messages["ExamSeenAnswer"];
export type SeriesSeen = Messages["SeriesSeenMessage"];
export type SeriesKind = SeriesSeen["kind"];
export type ImageFinding = Messages["FindingMessage"];
export type HeldBack = Messages["HeldBackMessage"];
export type UploadCount = Messages["UploadAnswer"];
export type LeftAlone = Messages["LeftAloneMessage"]["reasons"];

export type ProtocolForm = Messages["ProtocolAnswer"];
export type ProtocolSection = Messages["SectionMessage"];
export type ProtocolField = Messages["FieldMessage"];
export type QuestionForm = Messages["QuestionFormMessage"];
export type DocumentFacts = Messages["DocumentFactsMessage"];
export type ProtocolChange = Messages["ProtocolChangeMessage"];

export type Patients = Messages["PatientsAnswer"];
export type TakenTable = Messages["TakenTableAnswer"];
export type GridColumn = Messages["GridColumnMessage"];
export type GridFaults = Messages["GridFaultsMessage"];
export type PatientsChange = Messages["PatientsChangeMessage"];
export type ChangedPatients = Messages["PatientsChangedAnswer"];
export type EnteredPatients = Messages["EnteredAnswer"];
export type AnsweredQuestions = Messages["AnswerQuestionsMessage"];
export type ProposedTable = Messages["ProposedTableAnswer"];
export type TakeTable = Asked<"/api/patients/table/rows">;
export type ArrivedExams = Messages["ArrivedAnswer"];
export type ArrivedVisit = Messages["VisitMessage"];
export type FlowStage = Messages["FlowStageMessage"];

export type Results = Messages["ResultsAnswer"];
export type MadeResults = Messages["MadeResultsMessage"];
export type FrozenProtocol = Messages["FrozenProtocolMessage"];
export type ReadingCounts = Messages["ReadingCountsMessage"];

export type Home = Messages["HomeAnswer"];
export type StepName = Messages["StepMessage"]["name"];
export type WaitedFor = Messages["WaitedForMessage"];
export type CountedFinding = Messages["CountedFindingMessage"];

export type Kept = Messages["KeepAnswer"];
export type KeptBackup = Messages["BackupMessage"];
export type BackupSchedule = Messages["ScheduleMessage"];
export type SubjectBelongings = Messages["SubjectAnswer"];
export type Withdrawn = Messages["WithdrawnAnswer"];

export type HandOverState = Messages["HandOverAnswer"];
export type HandedOver = Messages["HandedOverMessage"];
export type ReturnedColumn = Asked<"/api/hand-over/returned">;
export type Joined = Messages["JoinedAnswer"];
export type Explored = Messages["ExploredAnswer"];
export type ResultsView = Messages["ResultsViewMessage"];
export type Plot = Messages["PlotMessage"];
export type PlotDot = Messages["DotMessage"];
export type ReportSection = Messages["ReportSectionMessage"];
export type ReportBlock = Messages["BlockMessage"];
export type OfferedChoices = Messages["OfferedChoicesMessage"];
export type WhatIfChoices = Required<Messages["ChoicesMessage"]>;
export type WhatIf = Messages["WhatIfAnswer"];
export type FoundWhatIf = Messages["FoundWhatIfMessage"];
export type MovedNumber = Messages["MovedNumberMessage"];
export type MeasuredLesion = Messages["MeasuredLesionAnswer"];
export type RegionImages = Messages["RegionImagesMessage"];
