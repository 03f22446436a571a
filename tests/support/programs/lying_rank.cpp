// A rank that has made nothing. It reports items as done and hands over whatever lines it was given for them:
// fanlight-lying-rank RUN.JSON ITEMS LINES, started like a worker under a launcher. ITEMS: as in to_text(ItemNumbers).

#include <cstdio>
#include <filesystem>
#include <limits>

#include "core/parallel/c10d_errors.h"
#include "core/ranks/launcher.h"
#include "core/ranks/rank_company.h"
#include "core/ranks/rank_lines.h"

using namespace fanlight;

int main(int, char** arguments) {
    try {
        Company company(launched_as(std::filesystem::path(arguments[1]).parent_path().parent_path()), {});
        const std::string rank = std::to_string(company.launched.rendezvous.rank), round = company.keys + "round/0/",
                          items = arguments[2];
        const ItemNumbers done = items_in(items, std::numeric_limits<int>::max());
        company.meeting.set(round + "report/" + rank, to_text(RankReport{.done = done}));
        if (company.roll_call.wait_for(round + "wanted/" + rank, 0) != items) return 2;
        Communicator group(Rendezvous(company.as_client(30)), round + "lines/" + rank, 1, 2, at::kCPU);
        bool sent = false;
        try {
            send_lines(group, [&] { return std::exchange(sent, true) ? std::nullopt : std::optional(arguments[3]); });
        } catch (const PartnerLost&) {
            // It is refused.
        }
        company.roll_call.wait_for(round + "orders", 0);
        return 0;
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
