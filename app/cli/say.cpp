#include "app/cli/say.h"

#include <cstdio>

#include "core/base/text.h"

namespace fanlight {

void say(const std::string& sentence) { std::fprintf(stderr, "%s\n", printable_sentence(sentence).c_str()); }

}  // namespace fanlight
