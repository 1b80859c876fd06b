#include "common/program/interrupt.h"

#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "tests/testing.h"

#ifndef __SANITIZE_THREAD__  // ThreadSanitizer holds signals back, and ends the forked processes of these tests its own
                             // way

namespace vit {
namespace {

/// What becomes of a process that does this: minus the signal that ends it, or the number that `action` returns.
int outcome(const std::function<int()>& action) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        for (const int number : {SIGINT, SIGTERM}) signal(number, SIG_DFL);  // not doctest's handlers
        _exit(action());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int calls = 0;
void count_call(int) {
    ++calls;
}

}  // namespace

TEST_CASE("one signal is a request, which a new Interrupt knows nothing of") {
    for (const int one : {SIGINT, SIGTERM}) {
        CHECK(outcome([&] {
                  {
                      const Interrupt interrupt;
                      if (interrupt.requested()) return 1;
                      raise(one);
                      if (!interrupt.requested()) return 2;
                  }
                  const Interrupt another;
                  return another.requested() ? 3 : 0;
              }) == 0);
    }
}

TEST_CASE("a second signal ends the program, also one of the other kind") {
    for (const int first : {SIGINT, SIGTERM}) {
        for (const int second : {SIGINT, SIGTERM}) {
            CHECK(outcome([&] {
                      const Interrupt interrupt;
                      raise(first);
                      raise(second);
                      return 0;
                  }) == -second);
        }
    }
}

TEST_CASE("what a signal did before, it does again afterwards") {
    CHECK(outcome([] {
              { const Interrupt interrupt; }
              raise(SIGINT);
              return 0;
          }) == -SIGINT);
    CHECK(outcome([] {
              signal(SIGTERM, count_call);
              {
                  const Interrupt interrupt;
                  raise(SIGTERM);
              }
              if (calls != 0) return 1;
              raise(SIGTERM);
              return calls == 1 ? 0 : 2;
          }) == 0);
}

TEST_CASE("a signal that is ignored stays ignored") {
    CHECK(outcome([] {
              signal(SIGINT, SIG_IGN);
              {
                  const Interrupt interrupt;
                  raise(SIGINT);
                  if (interrupt.requested()) return 1;
                  raise(SIGTERM);
                  if (!interrupt.requested()) return 2;
              }
              raise(SIGINT);
              return 0;
          }) == 0);
}

}  // namespace vit

#endif
