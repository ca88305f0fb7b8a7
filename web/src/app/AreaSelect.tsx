/** The tree of areas, found by name, pinyin or code. */
import { TreeSelect } from "antd";
import { matchesArea } from "./areaMatch";
import type { AreaTreeProps, Leaf } from "./pickers";

const count = (leaves: readonly Leaf[]): number => leaves.reduce((sum, one) => sum + 1 + count(one.children ?? []), 0);

export default function AreaSelect({ tree, value, label, find, onChoose, opened }: AreaTreeProps & { opened: boolean }) {
  return (
    <TreeSelect
      className="df-picker"
      aria-label={label}
      showSearch
      autoFocus={opened}
      defaultOpen={opened}
      treeDefaultExpandAll={count(tree) <= 30}
      treeData={tree}
      value={value}
      onChange={onChoose}
      filterTreeNode={(typed, node) => matchesArea(typed, node)}
      placeholder={find}
      popupMatchSelectWidth={260}
      listHeight={420}
      variant="filled"
    />
  );
}
