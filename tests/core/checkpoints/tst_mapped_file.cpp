#include "core/checkpoints/mapped_file.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr size_t page = 4096;

/// KiB of a mapping that are resident in this process: proc_pid_smaps(5).
int64_t resident(const std::filesystem::path& mapped) {
    std::ifstream maps("/proc/self/smaps");
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        if (line.ends_with(mapped.string())) inside = true;
        if (inside && line.starts_with("Rss:")) return std::stoll(line.substr(4));
    }
    return -1;
}

int64_t read_through(std::string_view bytes) { return std::accumulate(bytes.begin(), bytes.end(), int64_t{0}); }

}  // namespace

class TestMappedFile : public QObject {
    Q_OBJECT

    const QTemporaryDir dir_;
    const std::filesystem::path path_ = dir_.filePath("weights").toStdString();

private Q_SLOTS:
    void init() { std::ofstream(path_) << std::string(64 * page, 'w'); }

    void whatIsLetGoIsNotInMemoryAndComesBackWhenRead() {
        const MappedFile file(path_);
        const int64_t sum = read_through(file.bytes());
        QCOMPARE(resident(path_), int64_t{256});
        file.release(file.bytes());
        QCOMPARE(resident(path_), int64_t{0});
        QCOMPARE(read_through(file.bytes()), sum);
    }

    void pagesThatAreSharedWithANeighbourStay() {
        const MappedFile file(path_);
        QVERIFY(read_through(file.bytes()) > 0);
        file.release(file.bytes().substr(1, 3 * page));  // two whole pages
        QCOMPARE(resident(path_), int64_t{256 - 8});
        file.release(file.bytes().substr(10 * page + 1, page));  // none
        QCOMPARE(resident(path_), int64_t{256 - 8});
    }

    void aFileThatShrankIsNamed() {
        const MappedFile file(path_);
        file.check_size();
        std::filesystem::resize_file(path_, page);
        try {
            file.check_size();
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find(path_.string()) != std::string::npos);
        }
    }
};

FANLIGHT_TEST(TestMappedFile)
#include "tst_mapped_file.moc"
