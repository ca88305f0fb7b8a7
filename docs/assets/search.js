// Search 搜索: every word typed must stand in a section; title hits first. Plain substrings, as Chinese has no blanks.
(function () {
  "use strict";
  var box = document.getElementById("search-box");
  var list = document.getElementById("search-results");
  var count = document.getElementById("search-count");
  var most = 60;

  function words(text) {
    return text.toLowerCase().split(/\s+/).filter(Boolean);
  }

  function rank(section, wanted) {
    var title = (section.page + " " + section.title).toLowerCase();
    var all = title + " " + section.words.toLowerCase();
    var score = 0;
    for (var i = 0; i < wanted.length; i++) {
      if (all.indexOf(wanted[i]) < 0) return 0;
      score += title.indexOf(wanted[i]) >= 0 ? 10 : 1;
    }
    return score;
  }

  function excerpt(section, word) {
    var at = section.words.toLowerCase().indexOf(word);
    var from = Math.max(0, at - 40);
    return (from > 0 ? "…" : "") + section.words.slice(from, from + 160) + "…";
  }

  function show(found, wanted) {
    list.replaceChildren();
    found.slice(0, most).forEach(function (hit) {
      var item = document.createElement("li");
      var link = document.createElement("a");
      link.href = hit.section.at;
      link.textContent = hit.section.page === hit.section.title ? hit.section.page : hit.section.page + " › " + hit.section.title;
      var words = document.createElement("p");
      words.textContent = excerpt(hit.section, wanted[0]);
      item.append(link, words);
      list.append(item);
    });
  }

  function search() {
    var wanted = words(box.value);
    var found = wanted.length === 0 ? [] : (window.DAFENG_SECTIONS || [])
      .map(function (section) { return { section: section, score: rank(section, wanted) }; })
      .filter(function (hit) { return hit.score > 0; })
      .sort(function (a, b) { return b.score - a.score; });
    count.textContent = wanted.length === 0 ? "" : found.length + " 处" + (found.length > most ? "(显示前 " + most + " 处)" : "");
    show(found, wanted);
  }

  box.addEventListener("input", search);
  box.value = new URLSearchParams(window.location.search).get("q") || "";
  search();
})();
