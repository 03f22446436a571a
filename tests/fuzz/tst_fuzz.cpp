#include <unistd.h>

#include <QElapsedTimer>
#include <QTest>
#include <algorithm>
#include <csignal>
#include <random>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/fuzz/targets.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// Changes of the kinds that find most, drawn from a seed, so that every run reads the same inputs.
class Mutator {
public:
    explicit Mutator(const std::vector<std::string>& seeds) : seeds_(seeds) {}

    std::string next() {
        std::string bytes = seeds_[below(seeds_.size())];
        for (size_t changes = 1 + below(4); changes > 0; --changes) change(bytes);
        return bytes;
    }

private:
    /// A number from 0 to `end` - 1; 0 for an empty range.
    size_t below(size_t end) { return end == 0 ? 0 : random_() % end; }

    void change(std::string& bytes) {
        using namespace std::string_view_literals;
        static constexpr std::string_view words[] = {
            "-1"sv,   "0"sv,    "1e308"sv, "1e999"sv, "17.9"sv, "4294967297"sv, "9223372036854775808"sv,
            "true"sv, "null"sv, "[]"sv,    "{}"sv,    "\""sv,   "\\u0000"sv,    "\0"sv,
            "\xFF"sv, "../"sv,  "NaN"sv,   "\x1b["sv, ","sv,    ":"sv,          "["sv,
            "("sv,    "|"sv,    "\n"sv};
        const size_t at = below(bytes.size() + 1), length = below(std::min<size_t>(bytes.size() - at, 32) + 1);
        const std::string_view word = words[below(std::size(words))];
        switch (below(7)) {
            case 0:
                bytes.insert(at, word);
                break;
            case 1:
                replace_value(bytes, at, word);
                break;
            case 2:
                bytes.erase(at, length);
                break;
            case 3:
                bytes.insert(at, bytes.substr(at, length));
                break;
            case 4:
                bytes.resize(at);
                break;
            case 5: {
                const std::string& other = seeds_[below(seeds_.size())];
                bytes.replace(at, length, other.substr(below(other.size()), 32));
                break;
            }
            default:
                if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        }
    }

    /// What stands behind the next colon, as a value in JSON or YAML does.
    static void replace_value(std::string& bytes, size_t at, std::string_view word) {
        const size_t colon = bytes.find(':', at);
        if (colon == std::string::npos) return;
        const size_t end = std::min(bytes.find_first_of(",}\n", colon), bytes.size());
        bytes.replace(colon + 1, end - colon - 1, word);
    }

    const std::vector<std::string>& seeds_;
    std::mt19937 random_{42};
};

/// The input that is being read, for a process that dies of it.
std::string current_input;

extern "C" void tell_input(int signal) {
    ssize_t written = ::write(STDERR_FILENO, "\nThe process died of this input:\n", 33);
    written = ::write(STDERR_FILENO, current_input.data(), current_input.size());
    ::_exit(128 + signal + (written < 0));
}

}  // namespace

/// Every reader of foreign bytes either reads or refuses them. FANLIGHT_FUZZ_SECONDS: for how long each one is tried.
class TestFuzz : public QObject {
    Q_OBJECT

    const std::vector<FuzzTarget> targets_ = fuzz_targets();

private Q_SLOTS:
    void initTestCase() {
        for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS}) std::signal(signal, tell_input);
    }

    void readersReadOrRefuse_data() {
        QTest::addColumn<int>("target");
        for (int i = 0; i < static_cast<int>(targets_.size()); ++i) QTest::newRow(targets_[i].name) << i;
    }
    void readersReadOrRefuse() {
        QFETCH(int, target);
        const FuzzTarget& tried = targets_[target];
        QVERIFY(!tried.seeds.empty());
        for (const std::string& seed : tried.seeds)
            if (!is_read(tried, seed)) return;
        bool given = false;
        const int seconds = qEnvironmentVariableIntValue("FANLIGHT_FUZZ_SECONDS", &given);
        QElapsedTimer time;
        time.start();
        Mutator mutator(tried.seeds);
        for (int i = 0; time.elapsed() < (given ? seconds * 1000LL : 100) && (given || i < 5000); ++i)
            if (!try_out(tried, mutator.next())) return;
    }

private:
    /// Line by line: the mistakes of a list are told a line each.
    static bool is_printable(const std::string& said) {
        std::istringstream lines(said);
        for (std::string line; std::getline(lines, line);)
            if (printable(line) != line) return false;
        return true;
    }

    /// A seed that is refused leads nowhere.
    static bool is_read(const FuzzTarget& target, const std::string& seed) {
        current_input = seed;
        std::string refusal;
        try {
            target.read(seed);
            return true;
        } catch (const std::exception& error) {
            refusal = error.what();
        }
        [&] { QFAIL(qPrintable(QString::fromStdString(refusal + " for the seed " + seed.substr(0, 1000)))); }();
        return false;
    }

    static bool try_out(const FuzzTarget& target, const std::string& bytes) {
        std::string finding;
        current_input = bytes;
        try {
            target.read(bytes);
            return true;
        } catch (const Error& error) {
            const std::string said = error.what();
            if (!said.empty() && is_printable(said)) return true;
            finding = "its sentence cannot be printed: " + said;
        } catch (const std::exception& error) {
            finding = error.what();
        }
        const QByteArray input = QByteArray::fromStdString(bytes).toPercentEncoding(" {}[]\":,\\/");
        [&] { QFAIL(qPrintable(QString::fromStdString(finding) + " for " + input)); }();
        return false;
    }
};

FANLIGHT_TEST(TestFuzz)
#include "tst_fuzz.moc"
