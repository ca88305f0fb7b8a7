/** The ranges of codes that a claim takes 号段. */
import type { Schemas } from "@/client";
import { useWords } from "@/i18n";
import { pieces } from "./numbers";
import { useCertificatesText } from "./text";

const SOURCES = ["wind", "solar", "hydro", "biomass", "geothermal", "ocean"] as const;

export function Ranges({ ranges, kinds }: { ranges: readonly Schemas["ClaimRange"][]; kinds: readonly Schemas["KindName"][] }) {
  const t = useCertificatesText();
  const words = useWords();
  const source = (id: string) => {
    const known = SOURCES.find((one) => one === id);
    return known ? t(`source_${known}`) : id;
  };
  return (
    <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("ranges")}>
      <table className="df-plain">
        <thead><tr>{(["code", "pieceCount", "kind", "source", "generation", "until"] as const).map((key) => <th key={key} scope="col" className={key === "pieceCount" ? "df-num" : undefined}>{t(key)}</th>)}</tr></thead>
        <tbody>
          {ranges.map((one) => (
            <tr key={one.first_code}>
              <th scope="row" className="df-mono">{one.first_code}{one.count > 1 && <><br />{one.last_code}</>}</th>
              <td className="df-num">{pieces(one.count)}</td>
              <td>{words(kinds.find((kind) => kind.id === one.kind)?.name)}</td>
              <td>{source(one.source)}</td>
              <td>{one.generation_month}</td>
              <td>{one.valid_until ?? t("open")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
