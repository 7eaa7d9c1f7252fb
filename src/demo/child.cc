// SPDX-License-Identifier: MIT
#include "demo/child.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace efd::demo {
namespace {

constexpr std::chrono::milliseconds kExitPoll{10};

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* arguments, int output, const char* error_file) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::dup2(output, STDOUT_FILENO);
  if (*error_file) {
    int fd = ::open(error_file, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (fd >= 0) ::dup2(fd, STDERR_FILENO);
  }
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(const std::vector<std::string>& command,
                                            const std::string& error_file) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) < 0)
    return fail(ErrorCode::give_up, "cannot make a pipe: {}", std::strerror(errno));
  pid_t pid = ::fork();
  if (pid == 0) become(arguments.data(), pipe_ends[1], error_file.c_str());
  ::close(pipe_ends[1]);
  if (pid < 0) {
    ::close(pipe_ends[0]);
    return fail(ErrorCode::give_up, "cannot start {}: {}", command[0], std::strerror(errno));
  }
  return std::unique_ptr<Child>(new Child(pid, pipe_ends[0]));
}

Child::~Child() {
  if (is_running()) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(output_);
}

std::optional<std::string> Child::read_line(std::chrono::milliseconds wait) {
  auto deadline = std::chrono::steady_clock::now() + wait;
  while (true) {
    size_t end = buffered_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      return line;
    }
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd readable{output_, POLLIN, 0};
    if (left.count() < 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0)
      return std::nullopt;
    char bytes[4096];
    ssize_t n = ::read(output_, bytes, sizeof bytes);
    if (n <= 0) return std::nullopt;
    buffered_.append(bytes, static_cast<size_t>(n));
  }
}

bool Child::is_running() {
  return !wait_for_end(std::chrono::milliseconds(0));
}

void Child::terminate() {
  if (is_running()) ::kill(pid_, SIGTERM);
}

std::optional<int> Child::wait_for_end(std::chrono::milliseconds wait) {
  auto deadline = std::chrono::steady_clock::now() + wait;
  while (!exit_code_) {
    figures_ = system::process_figures(pid_);
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_)
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    else if (std::chrono::steady_clock::now() >= deadline)
      return std::nullopt;
    else
      std::this_thread::sleep_for(kExitPoll);
  }
  return exit_code_;
}

system::ProcessFigures Child::figures() const {
  if (!exit_code_) figures_ = system::process_figures(pid_);
  return figures_;
}

}  // namespace efd::demo
