/** A refusal or fault of the API, RFC 9457, with what happened, where, and how to mend it. */
export interface Words {
  zh: string;
  en: string;
}
export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  what?: string | Words | null;
  where?: string | Words | null;
  mend?: string | Words | null;
  what_zh?: string | null;
  where_zh?: string | null;
  mend_zh?: string | null;
  instance?: string;
  id?: string;
  problems?: readonly ProblemLine[] | null;
}
export interface ProblemLine {
  where?: string;
  column?: string | null;
  what?: string;
  mend?: string;
  where_zh?: string | null;
  what_zh?: string | null;
  mend_zh?: string | null;
}

export class ApiProblem extends Error {
  readonly status: number;
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody) {
    const what = typeof body.what === "object" && body.what ? body.what.en : body.what;
    super(what || body.detail || body.title || `HTTP ${status}`);
    this.name = "ApiProblem";
    this.status = status;
    this.body = body;
  }
}

/** The problem in a response that failed, whatever its form. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text().catch(() => "");
  return new ApiProblem(response.status, bodyOf(text, response.status));
}

function bodyOf(text: string, status: number): ProblemBody {
  try {
    const found: unknown = JSON.parse(text);
    if (found && typeof found === "object") return found as ProblemBody;
  } catch {
    /* not JSON: shown as it is below */
  }
  return { title: `HTTP ${status}`, detail: text.slice(0, 300), status };
}
