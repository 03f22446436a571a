#include "core/text/metaspace.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace {

Metaspace::Prepend parse_prepend(const std::string& scheme, const Place& where) {
    if (scheme == "always") return Metaspace::Prepend::Always;
    if (scheme == "first") return Metaspace::Prepend::First;
    if (scheme == "never") return Metaspace::Prepend::Never;
    throw Error("%1: \"prepend_scheme\" may be always, first or never, not %2", where, excerpt(to_line(scheme)));
}

}  // namespace

Metaspace read_metaspace(const Json& part, const Place& where) {
    Metaspace metaspace{required<std::string>(part, "replacement", where),
                        parse_prepend(optional_or<std::string>(part, "prepend_scheme", "always", where), where),
                        optional_or(part, "split", true, where)};
    if (!optional_or(part, "add_prefix_space", true, where)) metaspace.prepend = Metaspace::Prepend::Never;
    size_t end = 0;
    if (!metaspace.replacement.empty()) next_character(metaspace.replacement, end);
    if (end == 0 || end != metaspace.replacement.size())
        throw Error("%1: \"replacement\" must be one character, not %2", where,
                    excerpt(to_line(metaspace.replacement)));
    return metaspace;
}

}  // namespace fanlight
