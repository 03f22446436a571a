// A catalogue that is damaged, of another version, or locked by another program.

#include <QFile>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "tests/ui/catalogue/found.h"
#include "ui/catalogue/catalogue.h"
#include "ui/catalogue/catalogue_store.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

constexpr int patienceMs = 30'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

/// Another program that has the catalogue open.
class OtherProgram {
public:
    explicit OtherProgram(const QString& file) {
        auto database = QSqlDatabase::addDatabase("QSQLITE", "other");
        database.setDatabaseName(file);
        database.open();
    }
    ~OtherProgram() { QSqlDatabase::removeDatabase("other"); }

    bool execute(const QString& sql) const { return QSqlQuery(QSqlDatabase::database("other")).exec(sql); }
    int number(const QString& sql) const {
        QSqlQuery query(sql, QSqlDatabase::database("other"));
        return query.next() ? query.value(0).toInt() : 0;
    }
};

void change(const QString& file, const std::function<void(QByteArray&)>& edit) {
    QByteArray bytes = QByteArray::fromStdString(read_file(file.toStdString()));
    edit(bytes);
    replace_file(file.toStdString(), {bytes.data(), static_cast<size_t>(bytes.size())});
}

void changeBySql(const QString& file, const QStringList& statements) {
    const OtherProgram other(file);
    for (const QString& sql : statements) QVERIFY2(other.execute(sql), qPrintable(sql));
}

int ratingIn(const QString& folder, const std::string& file) { return read_marks(folder.toStdString())[file].rating; }

}  // namespace

using Damage = void (*)(const QString& file);
Q_DECLARE_METATYPE(Damage)

class CatalogueFaultsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    QString path(const QString& name) const { return folder_->filePath(name); }
    QString file() const { return path("data/catalogue.sqlite"); }

    /// Two pictures, the first with four stars.
    void makeCatalogue() const {
        make_gallery_run(path("run"), {"a dog", "a cat"});
        Catalogue catalogue(path("data"));
        catalogue.addFolder(path("run"));
        WAIT_FOR(found(catalogue).size() == 2);
        catalogue.rate({found(catalogue).first()}, 4);
        QCOMPARE(found(catalogue, {.minStars = 4}).size(), 1);
    }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aDamagedCatalogueIsRebuiltWithItsStars_data() {
        QTest::addColumn<Damage>("damage");
        const auto row = [](const char* name, Damage damage) { QTest::newRow(name) << damage; };
        row("empty", [](const QString& file) { change(file, [](QByteArray& bytes) { bytes.clear(); }); });
        row("garbage", [](const QString& file) { change(file, [](QByteArray& bytes) { bytes.fill('x'); }); });
        row("cut short",
            [](const QString& file) { change(file, [](QByteArray& bytes) { bytes.chop(bytes.size() / 2); }); });
        row("nothing but its head",
            [](const QString& file) { change(file, [](QByteArray& bytes) { bytes.truncate(100); }); });
        row("garbage behind its first page", [](const QString& file) {
            change(file, [](QByteArray& bytes) { std::fill(bytes.begin() + 4096, bytes.end(), 'x'); });
        });
        row("without a table", [](const QString& file) { changeBySql(file, {"DROP TABLE entries"}); });
        row("records that say nothing",
            [](const QString& file) { changeBySql(file, {"UPDATE records SET record='x'"}); });
        row("records filed under other images", [](const QString& file) {
            changeBySql(file, {"UPDATE records SET record=replace(record, '\"index\":0', '\"index\":7')"});
        });
        row("other columns", [](const QString& file) {
            changeBySql(file, {"DROP TABLE entries", "CREATE TABLE entries(id INTEGER PRIMARY KEY, prompt TEXT)"});
        });
        row("of an older version", [](const QString& file) {
            changeBySql(file, {"DROP TABLE search", "DROP TABLE records", "DROP TABLE entries", "DROP TABLE models",
                               "CREATE TABLE entries(id INTEGER PRIMARY KEY, prompt TEXT)", "PRAGMA user_version=1"});
        });
    }
    void aDamagedCatalogueIsRebuiltWithItsStars() {
        QFETCH(const Damage, damage);
        makeCatalogue();
        damage(file());
        Catalogue again(path("data"));
        const auto prompts = [&] {
            QStringList prompts;
            auto future = again.images(found(again));
            future.waitForFinished();
            if (!future.isCanceled())
                for (const GalleryImage& image : future.result()) prompts << image.prompt();
            return prompts;
        };
        WAIT_FOR(prompts() == QStringList({"a dog", "a cat"}));
        WAIT_FOR(found(again, {.minStars = 4}).size() == 1);
    }

    void starsOfAFolderThatCannotBeWrittenOutliveTheCatalogue() {
        make_gallery_run(path("run"), {"a dog", "a cat"});
        replace_file(path("run/.fanlight").toStdString(), "no folder");
        {
            Catalogue catalogue(path("data"));
            QSignalSpy problems(&catalogue, &Catalogue::problem);
            catalogue.addFolder(path("run"));
            WAIT_FOR(found(catalogue).size() == 2);
            catalogue.rate({found(catalogue).first()}, 4);
            catalogue.rate({found(catalogue).last()}, 5);
            WAIT_FOR(found(catalogue, {.minStars = 4}).size() == 2);
            WAIT_FOR(!problems.isEmpty());
            QVERIFY(problems.first().first().toString().contains(path("run/.fanlight")));
            QVERIFY(QFile::remove(path("run/.fanlight")));  // it can be written again
            catalogue.rate({found(catalogue).first()}, 2);
            WAIT_FOR(found(catalogue, {.minStars = 4}).size() == 1);
            QCOMPARE(problems.size(), 1);
        }
        change(file(), [](QByteArray& bytes) { bytes.fill('x'); });
        Catalogue again(path("data"));
        WAIT_FOR(found(again, {.minStars = 2}).size() == 2);
        WAIT_FOR(found(again, {.minStars = 5}).size() == 1);
        QCOMPARE(ratingIn(path("run"), "0.png"), 2);
    }

    void aListThatCannotBeReadToItsEndIsNotTruncated() {
        constexpr int pageSize = 4096,
                      lastChild = 8;  // offset at which an interior page of a table refers to its last child
        int root = 0;
        {
            CatalogueStore store(path("store.sqlite"));
            std::vector<GalleryImage> images;
            for (qint64 item = 0; item < 5000; ++item)
                images.push_back({.id = imageId(1, item), .row = gallery_row(item, "a dog")});
            store.add(images);
            const OtherProgram other(path("store.sqlite"));
            root = other.number("SELECT rootpage FROM sqlite_master WHERE name='entries'");
        }
        change(path("store.sqlite"),
               [&](QByteArray& bytes) { bytes.replace((root - 1) * pageSize + lastChild, 4, "xxxx"); });
        CatalogueStore store(path("store.sqlite"));
        QVERIFY_EXCEPTION_THROWN(store.find({}), CatalogueError);
    }

    void aCatalogueOfANewerVersionIsNotTouched() {
        makeCatalogue();
        changeBySql(file(), {"PRAGMA user_version=1000"});
        const std::string before = read_file(file().toStdString());
        Catalogue again(path("data"));
        QSignalSpy problems(&again, &Catalogue::problem);
        WAIT_FOR(!problems.isEmpty());
        QVERIFY(problems.first().first().toString().contains("newer Fanlight"));
        QVERIFY(problems.first().first().toString().contains(file()));
        QVERIFY(!QFile::exists(file() + ".damaged"));
        QCOMPARE(read_file(file().toStdString()), before);
    }

    void imagesAreShownWhileAnotherProgramWrites() {
        makeCatalogue();
        const OtherProgram other(file());
        QVERIFY(other.execute("BEGIN IMMEDIATE"));
        Catalogue catalogue(path("data"));
        QCOMPARE(found(catalogue).size(), 2);
        QCOMPARE(found(catalogue, {.minStars = 4}).size(), 1);
        QSignalSpy problems(&catalogue, &Catalogue::problem);
        catalogue.add({.folder = path("run"), .row = gallery_row(2, "a fish")});
        WAIT_FOR(problems.size() == 1);
        QVERIFY(problems.first().first().toString().contains("another program"));
        QCOMPARE(found(catalogue).size(), 2);
        QVERIFY(other.execute("COMMIT"));
        WAIT_FOR(found(catalogue).size() == 3);
        WAIT_FOR(problems.last().first().toString().isEmpty());
    }

    void twoWindowsAtOnceShowTheSame() {
        makeCatalogue();
        Catalogue one(path("data")), two(path("data"));
        make_gallery_run(path("other"), std::vector<std::string>(50, "a fish"));
        make_gallery_run(path("more"), std::vector<std::string>(50, "a bird"));
        one.addFolder(path("other"));
        two.addFolder(path("more"));
        WAIT_FOR(found(one).size() == 102 && found(two).size() == 102);
        two.rate({found(two).last()}, 5);
        WAIT_FOR(found(one, {.minStars = 5}).size() == 1);
    }

    void starsGivenMeanwhileAreWrittenOnceAndShownLater() {
        makeCatalogue();
        const OtherProgram other(file());
        {
            Catalogue catalogue(path("data"));
            const auto ids = found(catalogue);
            QVERIFY(other.execute("BEGIN IMMEDIATE"));
            QSignalSpy problems(&catalogue, &Catalogue::problem);
            catalogue.rate({ids.last()}, 5);
            WAIT_FOR(problems.size() == 1);
            WAIT_FOR(ratingIn(path("run"), "1.png") == 5);
            catalogue.rate({ids.first()}, 3);  // while the one before is still waiting
            WAIT_FOR(ratingIn(path("run"), "0.png") == 3);
        }
        const std::string ratings = read_file(marks_file(path("run").toStdString()));
        QCOMPARE(std::count(ratings.begin(), ratings.end(), '\n'), 3);
        QVERIFY(other.execute("COMMIT"));
        Catalogue again(path("data"));
        WAIT_FOR(found(again, {.minStars = 5}).size() == 1);
    }
};

FANLIGHT_TEST(CatalogueFaultsTest, QCoreApplication)
#include "tst_catalogue_faults.moc"
