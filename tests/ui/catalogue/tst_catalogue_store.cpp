#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "ui/catalogue/catalogue_store.h"
#include "ui/catalogue/search_text.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

GalleryImage image(qint64 run, qint64 item, const std::string& prompt) {
    return {.id = imageId(run, item), .row = gallery_row(item, prompt)};
}

}  // namespace

class CatalogueStoreTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    int count_ = 0;
    QString newFile() { return folder_.filePath(QString::number(++count_) + ".sqlite"); }

private Q_SLOTS:
    void typedWordsFindTheRightImages_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QVector<qint64>>("items");
        QTest::newRow("nothing") << "" << QVector<qint64>{0, 1, 2, 3, 4, 5};
        QTest::newRow("a word") << "dog" << QVector<qint64>{0, 1};
        QTest::newRow("the beginning of a word") << "mead" << QVector<qint64>{1, 2};
        QTest::newRow("two words, any order") << "meadow dog" << QVector<qint64>{1};
        QTest::newRow("upper case") << "DOG" << QVector<qint64>{0, 1};
        QTest::newRow("accents") << "cafe" << QVector<qint64>{3};
        QTest::newRow("Arabic") << QStringLiteral("قطة") << QVector<qint64>{4};
        QTest::newRow("Arabic beginning") << QStringLiteral("جمي") << QVector<qint64>{4};
        QTest::newRow("emoji") << QStringLiteral("🐈") << QVector<qint64>{4};
        QTest::newRow("phrase") << "\"red dog\"" << QVector<qint64>{0};
        QTest::newRow("phrase that is open") << "\"red dog" << QVector<qint64>{0};
        QTest::newRow("phrase in another order") << "\"dog red\"" << QVector<qint64>{};
        QTest::newRow("without a word") << "dog -meadow" << QVector<qint64>{0};
        QTest::newRow("only without") << "-dog" << QVector<qint64>{2, 3, 4, 5};
        QTest::newRow("a parameter") << "seed:43" << QVector<qint64>{1};
        QTest::newRow("a parameter with an underscore") << "sampler:dpmpp_2m dog" << QVector<qint64>{0, 1};
        QTest::newRow("the negative prompt") << "blurry cat" << QVector<qint64>{2};
        QTest::newRow("quotation marks in the prompt") << "said" << QVector<qint64>{5};
        QTest::newRow("operators are words") << "NEAR AND OR" << QVector<qint64>{};
        QTest::newRow("punctuation alone is nothing") << "*() \"\" , : -" << QVector<qint64>{0, 1, 2, 3, 4, 5};
        QTest::newRow("SQL") << "'; DROP TABLE entries; --" << QVector<qint64>{};
        QTest::newRow("a stray mark") << "do*g" << QVector<qint64>{};
    }

    void typedWordsFindTheRightImages() {
        QFETCH(QString, typed);
        QFETCH(QVector<qint64>, items);
        CatalogueStore store(newFile());
        store.add({image(1, 0, "a red dog"), image(1, 1, "a dog in a meadow"), image(1, 2, "a cat, meadows"),
                   image(1, 3, "caf\xc3\xa9"), image(1, 4, "قطة 🐈 جميلة"), image(1, 5, "he said \"hello\"")});
        QVector<qint64> found;
        for (const qint64 id : store.find({.text = typed})) found << (id & 0xFFFFFFFF);
        QCOMPARE(found, items);
    }

    void filtersAreCombined() {
        CatalogueStore store(newFile());
        const qint64 first = store.addRun("/a");
        const qint64 second = store.addRun("/b");
        QCOMPARE(store.addRun("/a"), first);
        GalleryImage other = image(second, 0, "a dog");
        set_recipe(other.row.item, {.model = "big"});
        GalleryImage failed = image(second, 1, "a dog");
        failed.state = ImageState::Failed;
        failed.reason = "too large";
        store.add({image(first, 0, "a dog"), image(first, 1, "a cat"), other, failed});
        store.setRating({imageId(first, 0)}, 4);
        store.setRating({imageId(first, 1)}, rejected);

        const auto count = [&](const GalleryQuery& query) { return store.find(query).size(); };
        QCOMPARE(count({.run = first}), 2);
        QCOMPARE(count({.model = "big"}), 1);
        QCOMPARE(count({.minStars = 4}), 1);
        QCOMPARE(count({.minStars = 5}), 0);
        QCOMPARE(count({.show = GalleryQuery::Show::Rejected}), 1);
        QCOMPARE(count({.show = GalleryQuery::Show::Failed}), 1);
        QCOMPARE(count({.text = "dog", .run = first}), 1);
        QCOMPARE(store.find({}, {imageId(first, 1), imageId(9, 9)}), QVector<qint64>{imageId(first, 1)});
        QCOMPARE(store.models(), QStringList({"big", "starter"}));
        QCOMPARE(store.images({imageId(second, 1)}).at(0).reason, QString("too large"));
    }

    void ordersAreAsNamed() {
        CatalogueStore store(newFile());
        const qint64 first = store.addRun("/a");
        const qint64 second = store.addRun("/b");
        store.add({image(second, 0, "x"), image(first, 1, "x"), image(first, 0, "x")});
        store.setRating({imageId(first, 1)}, 5);
        const qint64 a0 = imageId(first, 0), a1 = imageId(first, 1), b0 = imageId(second, 0);
        using Order = GalleryQuery::Order;
        QCOMPARE(store.find({.order = Order::NewestRunFirst}), (QVector<qint64>{b0, a0, a1}));
        QCOMPARE(store.find({.order = Order::OldestRunFirst}), (QVector<qint64>{a0, a1, b0}));
        QCOMPARE(store.find({.order = Order::BestFirst}), (QVector<qint64>{a1, b0, a0}));
    }

    void theFirstFoundAreThePrefixOfAllFound_data() {
        using Order = GalleryQuery::Order;
        QTest::addColumn<GalleryQuery>("query");
        QTest::newRow("everything") << GalleryQuery{};
        QTest::newRow("a word") << GalleryQuery{.text = "dog"};
        QTest::newRow("the beginning of a word") << GalleryQuery{.text = "d"};
        QTest::newRow("with stars") << GalleryQuery{.text = "dog", .minStars = 3};
        QTest::newRow("without a word") << GalleryQuery{.text = "dog -red"};
        QTest::newRow("only without") << GalleryQuery{.text = "-red"};
        QTest::newRow("of a run") << GalleryQuery{.text = "dog", .run = 2};
        QTest::newRow("of a model") << GalleryQuery{.text = "dog", .model = "starter"};
        QTest::newRow("the oldest first") << GalleryQuery{.text = "dog", .order = Order::OldestRunFirst};
        QTest::newRow("the best first") << GalleryQuery{.text = "dog", .order = Order::BestFirst};
        QTest::newRow("nothing") << GalleryQuery{.text = "unicorn"};
    }

    void theFirstFoundAreThePrefixOfAllFound() {
        QFETCH(GalleryQuery, query);
        CatalogueStore store(newFile());
        std::vector<GalleryImage> images;
        for (const qint64 run : {1, 2, 3})
            for (qint64 item = 0; item < 20; ++item)
                images.push_back(image(store.addRun("/" + QString::number(run)), item,
                                       item % 3   ? "a red dog"
                                       : item % 2 ? "a brown dog"
                                                  : "a cat"));
        store.add(images);
        for (qint64 item = 0; item < 20; ++item)
            store.setRating({imageId(1, item), imageId(3, item)}, static_cast<int>(item % 6));
        const auto all = store.find(query);
        for (const int count : {1, 5, 15, 30, 100}) QCOMPARE(store.firstFound(query, count), all.mid(0, count));
    }

    void anOlderCatalogueIsRebuiltFromItsFolders() {
        const QString file = newFile();
        {
            CatalogueStore store(file);
            store.setStamp(store.addRun("/a"), "as it was");
            store.add({image(1, 0, "a dog")});
        }
        {
            QSqlDatabase other = QSqlDatabase::addDatabase("QSQLITE", "older");
            other.setDatabaseName(file);
            QVERIFY(other.open() && QSqlQuery(other).exec("PRAGMA user_version=1"));
        }
        QSqlDatabase::removeDatabase("older");
        CatalogueStore store(file);
        QCOMPARE(store.runs().at(0).folder, QString("/a"));
        QVERIFY(store.stamp(1).isEmpty());
        QVERIFY(store.find({}).isEmpty());
    }

    void anImageIsReadBackUnchanged() {
        CatalogueStore store(newFile());
        const qint64 run = store.addRun("/a");
        GalleryImage added = image(run, 7, "قطة, \"🐈\"\nline");
        added.row.item.task.edit<ImageTask>().seed = 18446744073709551615u;
        store.add({added});
        const auto images = store.images({added.id, imageId(run, 8)});
        QCOMPARE(images.size(), size_t{1});
        QVERIFY(images[0].row == added.row);
        QCOMPARE(images[0].path(), QString("/a/7.png"));
    }

    void addingAgainReplacesTheTextAndKeepsTheStars() {
        CatalogueStore store(newFile());
        store.add({image(1, 0, "a dog")});
        store.setRating({imageId(1, 0)}, 3);
        store.add({image(1, 0, "a cat")});
        QCOMPARE(store.find({.text = "dog"}).size(), 0);
        QCOMPARE(store.find({.text = "cat", .minStars = 3}).size(), 1);
    }

    void removedImagesAreNotFound() {
        CatalogueStore store(newFile());
        store.add({image(1, 0, "a dog"), image(1, 1, "a dog"), image(2, 0, "a dog")});
        store.remove({imageId(1, 0)});
        QCOMPARE(store.find({.text = "dog"}), (QVector<qint64>{imageId(2, 0), imageId(1, 1)}));
        store.removeRun(1);
        QCOMPARE(store.find({.text = "dog"}), QVector<qint64>{imageId(2, 0)});
    }

    void twoProgramsMayHaveItOpen() {
        const QString file = newFile();
        CatalogueStore one(file);
        CatalogueStore other(file);
        one.add({image(1, 0, "a dog")});
        QCOMPARE(other.find({.text = "dog"}).size(), 1);
        other.setRating({imageId(1, 0)}, 2);
        QCOMPARE(one.images({imageId(1, 0)}).at(0).rating, 2);
    }

    void anotherProgramsLockIsNotMistakenForDamage() {
        const QString file = newFile();
        CatalogueStore store(file);
        {
            auto other = QSqlDatabase::addDatabase("QSQLITE", "other");
            other.setDatabaseName(file);
            QVERIFY(other.open());
            QVERIFY(QSqlQuery(other).exec("BEGIN EXCLUSIVE"));
            try {
                store.add({image(1, 0, "a dog")});
                QFAIL("written under another's lock");
            } catch (const CatalogueError& error) {
                QCOMPARE(error.kind(), CatalogueError::Kind::Busy);
                QVERIFY(QString(error.what()).contains(file));
            }
            QVERIFY(QSqlQuery(other).exec("COMMIT"));
            other.close();
        }
        QSqlDatabase::removeDatabase("other");
        store.add({image(1, 0, "a dog")});
        QCOMPARE(store.find({}).size(), 1);
    }

    void damageIsDetected_data() {
        QTest::addColumn<int>("from");
        QTest::newRow("no database at all") << 0;
        QTest::newRow("pages overwritten") << 4096;
    }

    void damageIsDetected() {
        QFETCH(int, from);
        const QString file = newFile();
        {
            CatalogueStore store(file);
            std::vector<GalleryImage> images;
            for (int i = 0; i < 500; ++i) images.push_back(image(1, i, "a dog number " + std::to_string(i)));
            store.add(images);
        }
        QFile bytes(file);
        QVERIFY(bytes.open(QIODevice::ReadWrite));
        QVERIFY(bytes.seek(from));
        bytes.write(QByteArray(static_cast<int>(bytes.size()) - from, '\x5a'));
        bytes.close();
        try {
            CatalogueStore store(file);
            (void)store.find({});
            QFAIL("damage went unnoticed");
        } catch (const CatalogueError& error) {
            QCOMPARE(error.kind(), CatalogueError::Kind::Damaged);
        }
    }

    void aCatalogueFromTheFutureIsNotTouched() {
        const QString file = newFile();
        { CatalogueStore store(file); }
        {
            auto other = QSqlDatabase::addDatabase("QSQLITE", "future");
            other.setDatabaseName(file);
            QVERIFY(other.open());
            QVERIFY(QSqlQuery(other).exec("PRAGMA user_version=99"));
            other.close();
        }
        QSqlDatabase::removeDatabase("future");
        QVERIFY_EXCEPTION_THROWN(CatalogueStore store(file), CatalogueError);
    }
};

FANLIGHT_TEST(CatalogueStoreTest, QCoreApplication)
#include "tst_catalogue_store.moc"
