#include "core/output/export_results.h"

#include <functional>

#include "core/base/file.h"
#include "core/output/csv.h"
#include "core/output/journal.h"
#include "core/output/run_results.h"

namespace fanlight {

namespace {

class ChosenResults {
public:
    ChosenResults(const std::filesystem::path& run_folder, const std::vector<Item>& all,
                  const std::vector<int64_t>& chosen)
        : all_(all), chosen_(chosen), done_(run_folder / ".fanlight", all.size()) {}

    /// Passes on their lines as in results_file().
    void each(const std::function<void(const std::string& line)>& take) {
        for (const int64_t number : chosen_) {
            const Item& item = all_.at(static_cast<size_t>(number));
            if (const auto result = done_.find(number))
                take(result_line(item, *result));
            else if (const auto failed = done_.failed().find(number); failed != done_.failed().end())
                take(result_line(item, failed->second));
        }
    }

private:
    const std::vector<Item>& all_;
    const std::vector<int64_t>& chosen_;
    DoneIndex done_;
};

}  // namespace

size_t export_results(const std::filesystem::path& run_folder, const std::vector<Item>& all,
                      const std::vector<int64_t>& chosen, const std::filesystem::path& file) {
    ChosenResults results(run_folder, all, chosen);
    size_t rows = 0;
    const EachRow each_row = [&](const auto& take) {
        rows = 0;
        results.each([&](const std::string& line) {
            ++rows;
            take(line);
        });
    };
    if (file.extension() == ".csv") {
        write_csv(each_row, file);
    } else {
        FileReplacement replacement(file);
        each_row([&](const std::string& line) { replacement.write(line + '\n'); });
        replacement.commit();
    }
    return rows;
}

}  // namespace fanlight
