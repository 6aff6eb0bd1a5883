// The stand-in for NVRTC: a program becomes C++ for the host, g++ makes a shared object of it, and that,
// behind a header, is the "CUBIN". What was compiled once lies in a folder, for every process to find.
//
// Beside this library lie prelude.h and what every CUBIN is linked with, runtime.o, access.o, fibre.o.

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "device.h"
#include "translate.h"

extern char** environ;

namespace {

using namespace softdriver;

enum Result {
  SUCCESS = 0,
  INVALID_INPUT = 3,
  INVALID_PROGRAM = 4,
  INVALID_OPTION = 5,
  COMPILATION = 6,
  INTERNAL_ERROR = 11,
};

constexpr const char* RESULTS[] = {
    "NVRTC_SUCCESS",
    "NVRTC_ERROR_OUT_OF_MEMORY",
    "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
    "NVRTC_ERROR_INVALID_INPUT",
    "NVRTC_ERROR_INVALID_PROGRAM",
    "NVRTC_ERROR_INVALID_OPTION",
    "NVRTC_ERROR_COMPILATION",
    "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
    "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
    "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION",
    "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID",
    "NVRTC_ERROR_INTERNAL_ERROR",
};

constexpr int ARCHITECTURES[] = {50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90};

struct Program {
  std::string source;
  std::string name;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string log;
  std::string cubin;
};

/** What tests set; and how often the compiler was started. */
struct Control {
  std::mutex lock;
  int major = 12;
  int minor = 9;
  std::string call;
  int result = SUCCESS;
  std::atomic<long long> compiled{0};
};

Control& control() {
  static Control& only = *new Control;
  return only;
}

int planned(const char* call) {
  std::lock_guard<std::mutex> lock(control().lock);
  return control().call == call ? control().result : SUCCESS;
}

#define ENTER()                            \
  const int injected = planned(__func__); \
  if (injected != SUCCESS) return injected

std::string folder() {
  Dl_info info;
  dladdr(reinterpret_cast<void*>(&folder), &info);
  const std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/'));
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool write(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  return out.good();
}

/** Two numbers of 64 bits in hexadecimal (FNV-1a, from two starting points). */
std::string hash(const std::string& text) {
  uint64_t a = 0xcbf29ce484222325u;
  uint64_t b = 0x9ae16a3b2f90404fu;
  for (const unsigned char c : text) {
    a = (a ^ c) * 0x100000001b3u;
    b = (b ^ c) * 0x100000001b3u;
  }
  char name[33];
  snprintf(name, sizeof name, "%016llx%016llx", static_cast<unsigned long long>(a),
           static_cast<unsigned long long>(b));
  return name;
}

struct Options {
  unsigned architecture = 52;
  bool fused = true;
  std::string standard = "c++17";
  std::vector<std::string> macros;
};

/** Returns the value of an option that is written as --name=value, or nullptr. */
const char* value(const std::string& option, const char* name) {
  const std::string start = std::string(name) + "=";
  return option.compare(0, start.size(), start) == 0 ? option.c_str() + start.size() : nullptr;
}

bool parse(const std::string& option, Options& options) {
  if (const char* v = value(option, "--gpu-architecture")) {
    char* end = nullptr;
    options.architecture = strncmp(v, "sm_", 3) == 0 ? strtoul(v + 3, &end, 10) : 0;
    for (const int known : ARCHITECTURES) {
      if (static_cast<unsigned>(known) == options.architecture && *end == '\0') {
        return true;
      }
    }
    return false;
  }
  if (const char* v = value(option, "--fmad")) {
    options.fused = strcmp(v, "true") == 0;
    return options.fused || strcmp(v, "false") == 0;
  }
  if (const char* v = value(option, "--std")) {
    options.standard = v;
    return options.standard == "c++17";
  }
  if (const char* v = value(option, "--define-macro")) {
    options.macros.push_back(std::string("-D") + v);
    return true;
  }
  if (option.compare(0, 2, "-D") == 0) {
    options.macros.push_back(option);
    return true;
  }
  return option == "--generate-line-info" || option == "-lineinfo";
}

/** Runs a program, its output and errors into a file; returns whether it ended well. */
bool execute(const std::vector<std::string>& words, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t process;
  int status = posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) {
    write(log, std::string(arguments[0]) + ": " + strerror(status) + "\n");
    return false;
  }
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) {
      return false;
    }
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::vector<std::string> compiler(const Options& options) {
  std::vector<std::string> words = {
      "g++", "-x", "c++", "-std=" + options.standard, "-O2", "-w", "-fPIC", "-fvisibility=hidden",
      "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-fno-gnu-unique",
      "-fno-strict-aliasing",
      // Each variable in a section of its own, for with_bands.
      "-fdata-sections",
      // Every load and store is looked at, by functions of access.cpp.
      "-fsanitize=thread,alignment,bounds", "--param", "tsan-instrument-func-entry-exit=0",
      "-D__CUDACC__", "-D__CUDACC_RTC__",
      "-D__CUDA_ARCH__=" + std::to_string(options.architecture * 10)};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    words.insert(words.end(), {"-mavx2", "-mfma"});
  }
#endif
  words.push_back(options.fused ? "-ffp-contract=fast" : "-ffp-contract=off");
  words.insert(words.end(), options.macros.begin(), options.macros.end());
  return words;
}

/** Compiles into a folder of its own and moves the result to where others look for it. */
int compile(Program& program, const Options& options, const std::string& made) {
  const std::string home = folder();
  std::string work = home + "/cache/work-XXXXXX";
  if (mkdtemp(work.data()) == nullptr) {
    program.log = "no folder " + work + ": " + strerror(errno);
    return INTERNAL_ERROR;
  }
  bool written = write(work + "/" + program.name, program.source + kernel_table(program.source));
  for (const auto& [name, text] : program.headers) {
    written = written && write(work + "/" + name, text);
  }
  const std::string log = work + "/log.txt";
  std::vector<std::string> words = compiler(options);
  words.insert(words.end(), {"-include", home + "/prelude.h", "-S", work + "/" + program.name,
                             "-o", work + "/program.s"});
  control().compiled++;
  const bool compiled = written && execute(words, log);
  const bool linked =
      compiled && write(work + "/program.s", with_bands(read(work + "/program.s"))) &&
      execute({"g++", "-c", work + "/program.s", "-o", work + "/program.o"}, log) &&
      execute({"g++", "-shared", "-nostartfiles", "-Wl,-z,defs", "-Wl,-Bsymbolic", "-o",
               work + "/program.so", work + "/program.o", home + "/runtime.o", home + "/access.o",
               home + "/fibre.o", "-lm", "-lc"},
              log);
  program.log = read(log);
  // Messages name the file as the caller does.
  for (size_t at; (at = program.log.find(work + "/")) != std::string::npos;) {
    program.log.erase(at, work.size() + 1);
  }
  const bool moved = linked && rename((work + "/program.so").c_str(), made.c_str()) == 0;
  const std::vector<std::string> files = {program.name, "log.txt", "program.s", "program.o", "program.so"};
  for (const std::string& file : files) {
    unlink((work + "/" + file).c_str());
  }
  for (const auto& [name, _] : program.headers) {
    unlink((work + "/" + name).c_str());
  }
  rmdir(work.c_str());
  return moved ? SUCCESS : compiled ? INTERNAL_ERROR : COMPILATION;
}

/** Everything that decides on the result. */
std::string key(const Program& program, const std::vector<std::string>& words) {
  const std::string home = folder();
  std::string all = program.name + '\0' + program.source + '\0';
  for (const auto& [name, text] : program.headers) {
    all += name + '\0' + text + '\0';
  }
  for (const std::string& word : words) {
    all += word + '\0';
  }
  for (const char* file : {"/prelude.h", "/runtime.o", "/access.o", "/fibre.o"}) {
    all += read(home + file) + '\0';
  }
  return hash(all);
}

void give(const std::string& text, char* to) { memcpy(to, text.c_str(), text.size() + 1); }

}  // namespace

#define NVRTC_API extern "C" __attribute__((visibility("default")))

NVRTC_API const char* nvrtcGetErrorString(int result) {
  const int count = sizeof RESULTS / sizeof *RESULTS;
  return result >= 0 && result < count ? RESULTS[result] : "NVRTC_ERROR unknown";
}

NVRTC_API int nvrtcVersion(int* major, int* minor) {
  ENTER();
  std::lock_guard<std::mutex> lock(control().lock);
  *major = control().major;
  *minor = control().minor;
  return SUCCESS;
}

NVRTC_API int nvrtcGetNumSupportedArchs(int* count) {
  ENTER();
  *count = sizeof ARCHITECTURES / sizeof *ARCHITECTURES;
  return SUCCESS;
}

NVRTC_API int nvrtcGetSupportedArchs(int* architectures) {
  ENTER();
  memcpy(architectures, ARCHITECTURES, sizeof ARCHITECTURES);
  return SUCCESS;
}

NVRTC_API int nvrtcCreateProgram(Program** program, const char* source, const char* name,
                                 int headers, const char* const* texts, const char* const* names) {
  ENTER();
  if (program == nullptr || source == nullptr || headers < 0) {
    return INVALID_INPUT;
  }
  *program = new Program;
  (*program)->source = source;
  (*program)->name = name == nullptr ? "default_program" : name;
  for (int i = 0; i < headers; i++) {
    (*program)->headers.emplace_back(names[i], texts[i]);
  }
  return SUCCESS;
}

NVRTC_API int nvrtcDestroyProgram(Program** program) {
  ENTER();
  if (program == nullptr || *program == nullptr) {
    return INVALID_PROGRAM;
  }
  delete *program;
  *program = nullptr;
  return SUCCESS;
}

NVRTC_API int nvrtcCompileProgram(Program* program, int count, const char* const* given) {
  ENTER();
  if (program == nullptr) {
    return INVALID_PROGRAM;
  }
  Options options;
  for (int i = 0; i < count; i++) {
    if (!parse(given[i], options)) {
      program->log = std::string("nvrtc: error: invalid value or option ") + given[i] + "\n";
      return INVALID_OPTION;
    }
  }
  mkdir((folder() + "/cache").c_str(), 0755);
  const std::string made = folder() + "/cache/" + key(*program, compiler(options)) + ".so";
  std::string object = read(made);
  program->log.clear();
  if (object.empty()) {
    // Who comes while another compiles the same waits for it. Closing the file ends the lock.
    const int lock = open((made + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock >= 0) {
      flock(lock, LOCK_EX);
    }
    object = read(made);
    const int result = object.empty() ? compile(*program, options, made) : SUCCESS;
    if (lock >= 0) {
      close(lock);
    }
    if (result != SUCCESS) {
      return result;
    }
    object = read(made);
  }
  CubinHeader header = {};
  memcpy(header.build, BUILD, sizeof header.build);
  header.architecture = options.architecture;
  header.bytes = object.size();
  program->cubin.assign(reinterpret_cast<const char*>(&header), sizeof header);
  program->cubin += object;
  return SUCCESS;
}

NVRTC_API int nvrtcGetCUBINSize(Program* program, size_t* bytes) {
  ENTER();
  if (program == nullptr) {
    return INVALID_PROGRAM;
  }
  *bytes = program->cubin.size();
  return SUCCESS;
}

NVRTC_API int nvrtcGetCUBIN(Program* program, char* bytes) {
  ENTER();
  if (program == nullptr) {
    return INVALID_PROGRAM;
  }
  memcpy(bytes, program->cubin.data(), program->cubin.size());
  return SUCCESS;
}

NVRTC_API int nvrtcGetProgramLogSize(Program* program, size_t* bytes) {
  ENTER();
  if (program == nullptr) {
    return INVALID_PROGRAM;
  }
  *bytes = program->log.size() + 1;
  return SUCCESS;
}

NVRTC_API int nvrtcGetProgramLog(Program* program, char* log) {
  ENTER();
  if (program == nullptr) {
    return INVALID_PROGRAM;
  }
  give(program->log, log);
  return SUCCESS;
}

/** Lets every call of a function fail; the name of none ends that. */
NVRTC_API void softdriver_nvrtc_fail(const char* call, int result) {
  std::lock_guard<std::mutex> lock(control().lock);
  control().call = call;
  control().result = result;
}

NVRTC_API void softdriver_nvrtc_version(int major, int minor) {
  std::lock_guard<std::mutex> lock(control().lock);
  control().major = major;
  control().minor = minor;
}

/** Returns how often the compiler was started. */
NVRTC_API long long softdriver_nvrtc_compiled() { return control().compiled; }
