#include <QFile>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include "core/run/run_batch.h"
#include "tests/support/fake_runs.h"
#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "tests/ui/catalogue/found.h"
#include "ui/catalogue/catalogue.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

std::vector<GalleryImage> images(Catalogue& catalogue, const GalleryQuery& query = {}) {
    return catalogue.images(found(catalogue, query)).result();
}

}  // namespace

class CatalogueTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    QString path(const QString& name) { return folder_->filePath(name); }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aRunFolderIsRead() {
        const auto rows = make_gallery_run(path("run"), {"a dog", "a cat"});
        Catalogue catalogue(path("data"));
        catalogue.addFolder(path("run"));
        QTRY_COMPARE(found(catalogue).size(), 2);
        const auto read = images(catalogue);
        QVERIFY(read[0].row == rows[0]);
        QCOMPARE(read[1].path(), path("run/1.png"));
        QVERIFY(QFile::exists(read[1].path()));
    }

    void aRunWithoutManifestIsReadByItsJournal() {
        auto plan = fake_plan(fake_items(3), 1);
        const QString run = path("run");
        {
            RunFolder made = create_run(run.toStdString(), plan);
            made.journal.append({Result{.item = 0, .content = ResultFile{"0.png", "00", 5}, .seconds = 2},
                                 FailedRecord{.item = 2, .kind = "nan", .reason = "not a number"}});
        }
        Catalogue catalogue(path("data"));
        catalogue.addFolder(run);
        QTRY_COMPARE(found(catalogue).size(), 2);
        const auto read = images(catalogue);
        QCOMPARE(read[0].row.made.seconds, 2.0);
        QCOMPARE(read[1].state, ImageState::Failed);
        QCOMPARE(read[1].reason, QString("not a number"));
        QCOMPARE(found(catalogue, {.show = GalleryQuery::Show::Failed}).size(), 1);
    }

    void aFolderOfPngsIsReadByTheirTexts() {
        make_gallery_run(path("run"), {"a dog"});
        QVERIFY(QFile::remove(path("run/manifest.jsonl")));
        QImage plain(20, 10, QImage::Format_RGB32);
        plain.fill(Qt::red);
        QVERIFY(plain.save(path("run/plain.png")));
        QFile broken(path("run/broken.png"));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("no picture at all");
        broken.close();
        Catalogue catalogue(path("data"));
        catalogue.addFolder(path("run"));
        QTRY_COMPARE(found(catalogue).size(), 3);
        const auto read = images(catalogue);
        QCOMPARE(read[0].prompt(), QString("a dog"));
        QCOMPARE(image_of(read[0].row.item).sampler, std::string("dpmpp_2m"));
        QCOMPARE(read[1].file(), QString("broken.png"));
        QCOMPARE(image_of(read[2].row.item).width, 20);
        QVERIFY(read[2].prompt().isEmpty());
    }

    void aMissingFolderIsReportedInOneSentence() {
        Catalogue catalogue(path("data"));
        QSignalSpy problems(&catalogue, &Catalogue::problem);
        catalogue.addFolder(path("nowhere"));
        QTRY_COMPARE(problems.size(), 1);
        QVERIFY(problems[0][0].toString().contains("nowhere"));
    }

    void everythingIsRestoredAfterReopening() {
        make_gallery_run(path("run"), {"a dog", "a cat"});
        {
            Catalogue catalogue(path("data"));
            catalogue.addFolder(path("run"));
            QTRY_COMPARE(found(catalogue).size(), 2);
            catalogue.rate({found(catalogue).first()}, 5);
        }
        Catalogue again(path("data"));
        QCOMPARE(found(again, {.minStars = 5}).size(), 1);
    }

    void aChangedFolderIsReadAgain() {
        make_gallery_run(path("run"), {"a dog"});
        {
            Catalogue catalogue(path("data"));
            catalogue.addFolder(path("run"));
            QTRY_COMPARE(found(catalogue).size(), 1);
        }
        make_gallery_run(path("run"), {"a dog", "a cat"});
        Catalogue again(path("data"));
        QTRY_COMPARE(found(again).size(), 2);
    }

    void aMissingCatalogueIsRebuiltWithItsStars() {
        make_gallery_run(path("run"), {"a dog", "a cat"});
        {
            Catalogue catalogue(path("data"));
            catalogue.addFolder(path("run"));
            QTRY_COMPARE(found(catalogue).size(), 2);
            catalogue.rate({found(catalogue).last()}, rejected);
        }
        QVERIFY(QFile::remove(path("data/catalogue.sqlite")));
        Catalogue again(path("data"));
        QTRY_COMPARE(found(again, {.show = GalleryQuery::Show::Rejected}).size(), 1);
        QCOMPARE(images(again, {.show = GalleryQuery::Show::Rejected})[0].prompt(), QString("a cat"));
    }

    void aDamagedCatalogueIsMovedAsideAndRebuilt() {
        make_gallery_run(path("run"), {"a dog", "a cat"});
        {
            Catalogue catalogue(path("data"));
            catalogue.addFolder(path("run"));
            QTRY_COMPARE(found(catalogue).size(), 2);
            catalogue.rate({found(catalogue).first()}, 4);
        }
        QFile file(path("data/catalogue.sqlite"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write(QByteArray(static_cast<int>(file.size()), 'x'));
        file.close();
        Catalogue again(path("data"));
        QSignalSpy problems(&again, &Catalogue::problem);
        QTRY_COMPARE(found(again, {.minStars = 4}).size(), 1);
        QCOMPARE(found(again).size(), 2);
        QTRY_VERIFY(!problems.isEmpty());
        QVERIFY(problems[0][0].toString().contains("damaged"));
        QVERIFY(QFile::exists(path("data/catalogue.sqlite.damaged")));
    }

    void imagesThatArriveWhileItIsLockedAppearLater() {
        Catalogue catalogue(path("data"));
        QCOMPARE(found(catalogue).size(), 0);
        QSignalSpy problems(&catalogue, &Catalogue::problem);
        {
            auto other = QSqlDatabase::addDatabase("QSQLITE", "other");
            other.setDatabaseName(path("data/catalogue.sqlite"));
            QVERIFY(other.open());
            QVERIFY(QSqlQuery(other).exec("BEGIN EXCLUSIVE"));
            catalogue.add({.folder = path("run"), .row = gallery_row(0, "a dog")});
            QTRY_COMPARE_WITH_TIMEOUT(problems.size(), 1, 30000);
            QVERIFY(problems[0][0].toString().contains("another program"));
            QVERIFY(QSqlQuery(other).exec("COMMIT"));
            other.close();
        }
        QSqlDatabase::removeDatabase("other");
        QTRY_COMPARE_WITH_TIMEOUT(found(catalogue).size(), 1, 30000);
        QTRY_VERIFY(problems.last()[0].toString().isEmpty());
    }

    void aForgottenRunStaysForgotten() {
        make_gallery_run(path("run"), {"a dog"});
        make_gallery_run(path("other"), {"a cat"});
        {
            Catalogue catalogue(path("data"));
            catalogue.addFolder(path("run"));
            catalogue.addFolder(path("other"));
            QTRY_COMPARE(found(catalogue).size(), 2);
            catalogue.forgetRun(runOf(found(catalogue, {.text = "dog"}).first()));
            QTRY_COMPARE(found(catalogue).size(), 1);
        }
        QVERIFY(QFile::remove(path("data/catalogue.sqlite")));
        Catalogue again(path("data"));
        QTRY_COMPARE(found(again).size(), 1);
        QCOMPARE(found(again, {.text = "cat"}).size(), 1);
    }
};

FANLIGHT_TEST(CatalogueTest, QCoreApplication)
#include "tst_catalogue.moc"
