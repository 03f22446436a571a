#include "core/base/file.h"

#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// Where a file is meant, nothing else is read: a pipe would be waited for, and a device has no end.
class TestRegularFiles : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;

    fs::path path(const char* name) const { return fs::path(dir_.path().toStdString()) / name; }

private Q_SLOTS:
    void onlyFilesAreRead_data() {
        QTest::addColumn<std::string>("file");
        QTest::addColumn<std::string>("reason");
        QVERIFY(::mkfifo(path("pipe").c_str(), 0600) == 0);
        fs::create_symlink(path("pipe"), path("link"));
        QTest::newRow("pipe") << path("pipe").string() << std::string("it is a named pipe, not a file");
        QTest::newRow("link to a pipe") << path("link").string() << std::string("it is a named pipe, not a file");
        QTest::newRow("device without end") << std::string("/dev/zero") << std::string("it is a device, not a file");
        QTest::newRow("folder") << dir_.path().toStdString() << std::string("it is a folder, not a file");
    }
    void onlyFilesAreRead() {
        QFETCH(std::string, file);
        QFETCH(std::string, reason);
        const std::function<void()> readers[] = {[&] { read_file(file); }, [&] { sha256_hex_of_file(file); },
                                                 [&] { read_json_file(file); }, [&] { check_is_file(file); },
                                                 [&] { stream_json_file(file, 1000, "list", [](const Json&) {}); }};
        for (const auto& read : readers) {
            try {
                read();
                QFAIL("it was read");
            } catch (const Error& error) {
                const std::string said = error.what();
                QVERIFY2(said.find(file) != said.npos && said.find(reason) != said.npos, said.c_str());
            }
        }
    }

    void filesAreReadAndMissingOnesNamed() {
        std::ofstream(path("file")) << "abc";
        QCOMPARE(read_file(path("file")), std::string("abc"));
        QCOMPARE(sha256_hex_of_file(path("file")), sha256_hex("abc"));
        check_is_file(path("none"));
        QVERIFY_THROWS_EXCEPTION(Error, read_file(path("none")));
        QVERIFY_THROWS_EXCEPTION(Error, read_file(path("file"), 2));
    }

    void aLogThatIsAPipeIsNotWaitedFor() { append_standard_error_to(path("pipe")); }
};

FANLIGHT_TEST(TestRegularFiles)
#include "tst_regular_files.moc"
