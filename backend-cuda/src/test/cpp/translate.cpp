#include "translate.h"

#include <cctype>
#include <sstream>

namespace softdriver {

namespace {

std::string without_comments(const std::string& source) {
  std::string text;
  for (size_t at = 0; at < source.size();) {
    const std::string start = source.substr(at, 2);
    if (start != "//" && start != "/*") {
      text += source[at++];
      continue;
    }
    const size_t end = start == "//" ? source.find('\n', at) : source.find("*/", at + 2);
    at = end == std::string::npos ? source.size() : end + (start == "//" ? 0 : 2);
    text += ' ';
  }
  return text;
}

/** Reads a text by words. */
struct Reader {
  const std::string& text;
  size_t at;

  void skip_space() {
    while (at < text.size() && isspace(static_cast<unsigned char>(text[at]))) {
      at++;
    }
  }

  std::string word() {
    skip_space();
    const size_t from = at;
    while (at < text.size() && (isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_')) {
      at++;
    }
    return text.substr(from, at - from);
  }

  /** Returns what stands between a parenthesis and its counterpart. */
  std::string parenthesis() {
    skip_space();
    const size_t from = at + 1;
    int depth = 0;
    for (; at < text.size(); at++) {
      depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
      if (depth == 0) {
        return text.substr(from, at++ - from);
      }
    }
    return "";
  }
};

}  // namespace

std::string kernel_table(const std::string& source) {
  const std::string text = without_comments(source);
  const std::string mark = "extern \"C\" __global__";
  std::string entries;
  for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    Reader reader = {text, at + mark.size()};
    std::string bounds;
    std::string name = reader.word();
    while (name == "void" || name == "__launch_bounds__") {
      if (name != "void") {
        bounds = ", " + reader.parenthesis();
      }
      name = reader.word();
    }
    entries += "SOFTDRIVER_KERNEL(" + name + bounds + "),\n";
  }
  return "\nextern \"C\" const softdriver::Kernel softdriver_kernels[];\n"
         "extern \"C\" const softdriver::Kernel softdriver_kernels[] = {\n" +
         entries + "{nullptr, nullptr, 0, nullptr, 0}};\n";
}

std::string with_bands(const std::string& assembly) {
  std::istringstream in(assembly);
  std::string out;
  std::string table;
  std::string size;
  bool shared = false;
  for (std::string line; std::getline(in, line);) {
    out += line + '\n';
    if (line.compare(0, 9, "\t.section") == 0) {
      shared = line.compare(0, 15, "\t.section\t.bss.") == 0;
    } else if (shared && line.compare(0, 7, "\t.size\t") == 0) {
      size = line.substr(7);
    } else if (shared && line.compare(0, 7, "\t.zero\t") == 0) {
      out += "\t.zero\t256\n";
      table += "\t.8byte\t" + size + '\n';
    }
  }
  return out + "\t.section\tsoftdriver_shared,\"aw\"\n\t.align\t8\n" + table + "\t.8byte\t0, 0\n";
}

}  // namespace softdriver
