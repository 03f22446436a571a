#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/place.h"
#include "core/text/pattern.h"

namespace fanlight {

/// A regular expression in Oniguruma's Ruby syntax, which tokenizer.json uses, run by ICU. Throws Error "WHERE: …" if
/// ICU cannot read it. Both its time and its stack are bounded: matching throws Error when either is exceeded.
std::shared_ptr<const Pattern> regular_expression(std::string_view expression, const Place& where);

/// The expression in ICU's syntax: the classes \s, \w, \h and [:punct:] differ, and so does the option m.
std::string icu_syntax(std::string_view expression);

}  // namespace fanlight
