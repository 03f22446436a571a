#pragma once

#include <exception>
#include <string>

#include "core/base/error.h"

namespace fanlight {

/// Calls `function`; c10d's exceptions, with their stack traces, become an Error of one sentence that begins with
/// `what`.
template <typename Function>
auto in_words(const std::string& what, const Function& function) {
    try {
        return function();
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        const std::string text = error.what();
        throw Error(what + ": " + text.substr(0, text.find('\n')));
    }
}

}  // namespace fanlight
