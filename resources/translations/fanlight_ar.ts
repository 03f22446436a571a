<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
    <name>Duration</name>
    <message>
        <source>%1 s</source>
        <translation>%1 ث</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 د</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 س %2 د</translation>
    </message>
</context>
<context>
    <name>ItemState</name>
    <message>
        <source>Waiting</source>
        <translation>في الانتظار</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>فشل</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>قيد الصنع</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>صُنعت</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>متروكة</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>The pasted text</source>
        <translation>النص الملصق</translation>
    </message>
    <message>
        <source>Row %1</source>
        <translation>الصف %1</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::AnswerView</name>
    <message>
        <source>The selected prompt and its answer</source>
        <translation>الوصف المختار وجوابه</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::CatalogueWorker</name>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation>تعذّرت الكتابة في %1: %2.</translation>
    </message>
    <message>
        <source>%1. New images are kept and appear here as soon as it is free again.</source>
        <translation>%1. تُحفظ الصور الجديدة وتظهر هنا حالما يصبح متاحًا من جديد.</translation>
    </message>
    <message>
        <source>%1. New images are kept and appear here as soon as it can be used again.</source>
        <translation>%1. تُحفظ الصور الجديدة وتظهر هنا حالما يمكن استعماله من جديد.</translation>
    </message>
    <message>
        <source>The gallery&apos;s catalogue %1 is damaged and cannot be moved away; delete it.</source>
        <translation>فهرس المعرض %1 تالف ولا يمكن نقله؛ احذفه.</translation>
    </message>
    <message>
        <source>%1; they are kept beside the gallery&apos;s catalogue.</source>
        <translation>%1؛ وهي محفوظة بجانب فهرس المعرض.</translation>
    </message>
    <message>
        <source>The gallery&apos;s catalogue was damaged; it is being rebuilt from the run folders. The damaged file is kept as %1.</source>
        <translation>كان فهرس المعرض تالفًا؛ يُعاد بناؤه من مجلدات التشغيل. حُفظ الملف التالف باسم %1.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::CompareWindow</name>
    <message>
        <source>Side by side</source>
        <translation>جنبًا إلى جنب</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>مقارنة</translation>
    </message>
    <message>
        <source>First image</source>
        <translation>الصورة الأولى</translation>
    </message>
    <message>
        <source>Second image</source>
        <translation>الصورة الثانية</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>تبديل</translation>
    </message>
    <message>
        <source>The first becomes the second (W)</source>
        <translation>تصبح الأولى ثانية (W)</translation>
    </message>
    <message>
        <source>Whole image</source>
        <translation>الصورة كاملة</translation>
    </message>
    <message>
        <source>Whole image or actual pixels (Z)</source>
        <translation>الصورة كاملة أو بحجمها الحقيقي (Z)</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>الإعداد</translation>
    </message>
    <message>
        <source>First</source>
        <translation>الأولى</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>الثانية</translation>
    </message>
    <message>
        <source>Settings that differ</source>
        <translation>الإعدادات المختلفة</translation>
    </message>
    <message>
        <source>Side by side, or one over the other (S)</source>
        <translation>متجاورتان، أو إحداهما فوق الأخرى (S)</translation>
    </message>
    <message>
        <source>Both have the same settings.</source>
        <translation>صُنعتا بالإعدادات نفسها.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::Desktop</name>
    <message>
        <source>Making images</source>
        <translation>يجري صنع صور</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::DetailsPane</name>
    <message>
        <source>Text for other programs</source>
        <translation>نص للبرامج الأخرى</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>استخدام هذه الإعدادات</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>المزيد مثلها</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>فتح المجلد</translation>
    </message>
    <message>
        <source>Copy the text for other programs</source>
        <translation>نسخ النص للبرامج الأخرى</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>صنعها</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Select an image to see how it was made.</source>
        <translation>حدّد صورة لترى كيف صُنعت.</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) selected</source>
        <translation>
            <numerusform>لا صور محددة</numerusform>
            <numerusform>صورة واحدة محددة</numerusform>
            <numerusform>صورتان محددتان</numerusform>
            <numerusform>%n صور محددة</numerusform>
            <numerusform>%n صورة محددة</numerusform>
            <numerusform>%n صورة محددة</numerusform>
        </translation>
    </message>
    <message>
        <source>Note</source>
        <translation>ملاحظة</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>تعذّر صنعها: %1</translation>
    </message>
    <message>
        <source>This image does not say how it was made: it contains no settings.</source>
        <translation>لا تقول هذه الصورة كيف صُنعت: ليس فيها إعدادات.</translation>
    </message>
    <message>
        <source>Your notes on this image</source>
        <translation>ما تريد تذكّره عن هذه الصورة</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ResultModel</name>
    <message>
        <source>No.</source>
        <translation>الرقم</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>الجواب</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>ملاحظة</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ResultTexts</name>
    <message>
        <source>end of text</source>
        <translation>نهاية النص</translation>
    </message>
    <message>
        <source>token limit</source>
        <translation>حد الرموز</translation>
    </message>
    <message>
        <source>stop string</source>
        <translation>عبارة توقف</translation>
    </message>
    <message>
        <source>, </source>
        <translation>، </translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 ث</translation>
    </message>
    <message>
        <source>seed %1</source>
        <translation>البذرة %1</translation>
    </message>
    <message>
        <source>perplexity %1</source>
        <translation>الحيرة %1</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>بلا رموز</numerusform>
            <numerusform>رمز واحد</numerusform>
            <numerusform>رمزان</numerusform>
            <numerusform>%n رموز</numerusform>
            <numerusform>%n رمزًا</numerusform>
            <numerusform>%n رمز</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ResultsPane</name>
    <message>
        <source>Message</source>
        <translation>رسالة</translation>
    </message>
    <message>
        <source>Prompts and answers</source>
        <translation>الأوصاف والأجوبة</translation>
    </message>
    <message>
        <source>Search prompts and answers</source>
        <translation>ابحث في الأوصاف والأجوبة</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>بحث</translation>
    </message>
    <message>
        <source>All texts</source>
        <translation>كل النصوص</translation>
    </message>
    <message>
        <source>Copy the answers</source>
        <translation>نسخ الأجوبة</translation>
    </message>
    <message>
        <source>Copy prompts and answers</source>
        <translation>نسخ الأوصاف والأجوبة</translation>
    </message>
    <message>
        <source>The whole run…</source>
        <translation>التشغيل كله…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>تصدير</translation>
    </message>
    <message>
        <source>Export as</source>
        <translation>تصدير باسم</translation>
    </message>
    <message>
        <source>Tables (*.csv);;JSON lines (*.jsonl)</source>
        <translation>جداول (*.csv);;أسطر JSON (*.jsonl)</translation>
    </message>
    <message numerus="yes">
        <source>%L1 text(s)</source>
        <translation>
            <numerusform>%L1 نص</numerusform>
            <numerusform>%L1 نص</numerusform>
            <numerusform>%L1 نص</numerusform>
            <numerusform>%L1 نصوص</numerusform>
            <numerusform>%L1 نصًا</numerusform>
            <numerusform>%L1 نص</numerusform>
        </translation>
    </message>
    <message>
        <source>%L1 of %2</source>
        <translation>%L1 من %2</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) written to %1.</source>
        <translation>
            <numerusform>لم يُكتب أي صف في %1.</numerusform>
            <numerusform>كُتب صف واحد في %1.</numerusform>
            <numerusform>كُتب صفان في %1.</numerusform>
            <numerusform>كُتبت %n صفوف في %1.</numerusform>
            <numerusform>كُتب %n صفًا في %1.</numerusform>
            <numerusform>كُتب %n صف في %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>Texts to show</source>
        <translation>أي النصوص تُعرض</translation>
    </message>
    <message>
        <source>Shown rows…</source>
        <translation>المعروض…</translation>
    </message>
    <message>
        <source>Selected rows…</source>
        <translation>المختار…</translation>
    </message>
    <message>
        <source>%1, %L2 selected</source>
        <translation>%1، المختار %L2</translation>
    </message>
    <message>
        <source>Select a row to read its whole answer.</source>
        <translation>اختر صفًا لقراءة جوابه كاملًا.</translation>
    </message>
    <message>
        <source>Select a text run in the queue, or drop its folder here; answers appear as they arrive.</source>
        <translation>اختر تشغيل نصوص من قائمة الانتظار، أو أفلت مجلده هنا؛ تظهر الأجوبة حال ورودها.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::RunOpener</name>
    <message>
        <source>Open a run folder</source>
        <translation>فتح مجلد تشغيل</translation>
    </message>
    <message>
        <source>%1 is not a run folder, and there is none beside it; choose the folder that contains the run.</source>
        <translation>%1 ليس مجلد تشغيل، ولا يوجد واحد بجانبه؛ اختر المجلد الذي يقع فيه التشغيل.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::TaskWords</name>
    <message>
        <source>Image</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>All images</source>
        <translation>كل الصور</translation>
    </message>
    <message>
        <source>Images of the run</source>
        <translation>صور التشغيل</translation>
    </message>
    <message>
        <source>Making images</source>
        <translation>يصنع الصور</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n image(s)</source>
        <translation>
            <numerusform>%1 من %n صورة</numerusform>
            <numerusform>%1 من صورة واحدة</numerusform>
            <numerusform>%1 من صورتين</numerusform>
            <numerusform>%1 من %n صور</numerusform>
            <numerusform>%1 من %n صورة</numerusform>
            <numerusform>%1 من %n صورة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) made</source>
        <translation>
            <numerusform>لم تُصنع صور</numerusform>
            <numerusform>صُنعت صورة واحدة</numerusform>
            <numerusform>صُنعت صورتان</numerusform>
            <numerusform>صُنعت %n صور</numerusform>
            <numerusform>صُنعت %n صورة</numerusform>
            <numerusform>صُنعت %n صورة</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 images/h</source>
        <translation>%1 صورة/ساعة</translation>
    </message>
    <message>
        <source>Image %1, step %2 of %3</source>
        <translation>الصورة %1، الخطوة %2 من %3</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>All texts</source>
        <translation>كل النصوص</translation>
    </message>
    <message>
        <source>Texts of the run</source>
        <translation>نصوص التشغيل</translation>
    </message>
    <message>
        <source>Writing texts</source>
        <translation>يكتب النصوص</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n text(s)</source>
        <translation>
            <numerusform>%1 من %n نص</numerusform>
            <numerusform>%1 من نص واحد</numerusform>
            <numerusform>%1 من نصين</numerusform>
            <numerusform>%1 من %n نصوص</numerusform>
            <numerusform>%1 من %n نصًا</numerusform>
            <numerusform>%1 من %n نص</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) made</source>
        <translation>
            <numerusform>لم تُكتب نصوص</numerusform>
            <numerusform>كُتب نص واحد</numerusform>
            <numerusform>كُتب نصان</numerusform>
            <numerusform>كُتبت %n نصوص</numerusform>
            <numerusform>كُتب %n نصًا</numerusform>
            <numerusform>كُتب %n نص</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 texts/h</source>
        <translation>%1 نصًا/ساعة</translation>
    </message>
    <message>
        <source>Text %1, token %2 of %3</source>
        <translation>النص %1، الرمز %2 من %3</translation>
    </message>
    <message>
        <source>Reading texts</source>
        <translation>يقرأ النصوص</translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) read</source>
        <translation>
            <numerusform>لم تُقرأ نصوص</numerusform>
            <numerusform>قُرئ نص واحد</numerusform>
            <numerusform>قُرئ نصان</numerusform>
            <numerusform>قُرئت %n نصوص</numerusform>
            <numerusform>قُرئ %n نصًا</numerusform>
            <numerusform>قُرئ %n نص</numerusform>
        </translation>
    </message>
    <message>
        <source>Text %1, step %2 of %3</source>
        <translation>النص %1، الخطوة %2 من %3</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ValueLabel</name>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::DeviceCard</name>
    <message>
        <source>Cannot be used: %1</source>
        <translation>لا يمكن استخدامه: %1</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>يبدأ</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>تحميل النموذج</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>جاهز</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>يعمل</translation>
    </message>
    <message>
        <source>Restarting</source>
        <translation>يعاد تشغيله</translation>
    </message>
    <message>
        <source>Given up</source>
        <translation>تُرك</translation>
    </message>
    <message>
        <source>Idle</source>
        <translation>خامل</translation>
    </message>
    <message>
        <source>Memory unknown</source>
        <translation>الذاكرة غير معروفة</translation>
    </message>
    <message>
        <source>%1 of %2 used</source>
        <translation>%1 من %2 مستخدم</translation>
    </message>
    <message>
        <source>%1 °C</source>
        <translation>%1 °م</translation>
    </message>
    <message>
        <source>%1 % busy</source>
        <translation>مشغول %1 %</translation>
    </message>
    <message>
        <source>drives a display</source>
        <translation>يشغّل شاشة</translation>
    </message>
    <message>
        <source>Attention: %1</source>
        <translation>تنبيه: %1</translation>
    </message>
    <message>
        <source>%1 W</source>
        <translation>%1 واط</translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>بلا أنوية</numerusform>
            <numerusform>نواة واحدة</numerusform>
            <numerusform>نواتان</numerusform>
            <numerusform>%n أنوية</numerusform>
            <numerusform>%n نواة</numerusform>
            <numerusform>%n نواة</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, switched off</source>
        <translation>%1، متوقف</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>الجهاز</translation>
    </message>
    <message>
        <source>UUID</source>
        <translation>المعرّف UUID</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>الذاكرة</translation>
    </message>
    <message>
        <source>Temperature, load and power</source>
        <translation>الحرارة والحمل والقدرة</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>تلقائي</translation>
    </message>
    <message>
        <source>Workers on this device</source>
        <translation>العمّال على هذا الجهاز</translation>
    </message>
    <message>
        <source>Workers of the next run on this device</source>
        <translation>عمّال التشغيل التالي على هذا الجهاز</translation>
    </message>
    <message>
        <source>Identify</source>
        <translation>تحديد</translation>
    </message>
    <message>
        <source>Memory in use</source>
        <translation>الذاكرة المستخدمة</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>استخدام %1</translation>
    </message>
    <message>
        <source>Worker %1: %2</source>
        <translation>العامل %1: %2</translation>
    </message>
    <message>
        <source>%1
CUDA number: %2
PCI bus: %3
UUID: %4</source>
        <translation>%1
رقم CUDA: %2
ناقل PCI: %3
المعرّف: %4</translation>
    </message>
    <message>
        <source>Workers</source>
        <translation>العمّال</translation>
    </message>
    <message>
        <source>%1 by Fanlight</source>
        <translation>%1 يستخدمها Fanlight</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>السرعة</translation>
    </message>
    <message>
        <source>Problem with the device</source>
        <translation>ما الخلل فيه</translation>
    </message>
    <message>
        <source>Current work</source>
        <translation>ما يفعله الآن</translation>
    </message>
    <message>
        <source>Used for runs. If you switch it off during a run, it finishes what it has begun.</source>
        <translation>يشارك في التشغيل. أثناء التشغيل: يُنهي ما في يده أولًا.</translation>
    </message>
    <message>
        <source>Location of this device in the machine</source>
        <translation>مكان هذا الجهاز في الحاسوب</translation>
    </message>
    <message>
        <source>MIG instance</source>
        <translation>جزء من بطاقة مقسّمة (MIG)</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::DevicesPane</name>
    <message>
        <source>Why GPUs are not listed</source>
        <translation>لماذا لا تظهر بطاقات الرسوميات</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>الأجهزة</translation>
    </message>
    <message>
        <source>All devices are switched off, so the run waits. Switch one on to continue it.</source>
        <translation>كل الأجهزة موقوفة، فالتشغيل ينتظر. شغّل أحدها ليتابع.</translation>
    </message>
    <message>
        <source>How the devices work together</source>
        <translation>كيف تعمل الأجهزة معًا</translation>
    </message>
    <message>
        <source>Notes on the devices</source>
        <translation>ما ينبغي معرفته عن الأجهزة</translation>
    </message>
    <message>
        <source>All devices are switched off. Switch one on to generate.</source>
        <translation>لا يشارك أي جهاز في التشغيل. شغّل أحدها للتوليد.</translation>
    </message>
    <message>
        <source>The current run keeps its workers and mode; your changes apply to the next one.</source>
        <translation>يحتفظ التشغيل الجاري بالعمّال والنمط اللذين بدأ بهما؛ وتسري تغييراتك على التشغيل التالي.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ExportDialog</name>
    <message>
        <source>Folder</source>
        <translation>المجلد</translation>
    </message>
    <message>
        <source>ZIP archive</source>
        <translation>أرشيف ZIP</translation>
    </message>
    <message>
        <source>Contact sheet</source>
        <translation>صفحة مصغّرات</translation>
    </message>
    <message numerus="yes">
        <source>Export %n image(s)</source>
        <translation>
            <numerusform>لا صور للتصدير</numerusform>
            <numerusform>تصدير صورة واحدة</numerusform>
            <numerusform>تصدير صورتين</numerusform>
            <numerusform>تصدير %n صور</numerusform>
            <numerusform>تصدير %n صورة</numerusform>
            <numerusform>تصدير %n صورة</numerusform>
        </translation>
    </message>
    <message>
        <source> px</source>
        <translation> بكسل</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>إلى أين</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>اختيار…</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>الأعمدة</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>تصدير</translation>
    </message>
    <message>
        <source>Export into</source>
        <translation>تصدير إلى</translation>
    </message>
    <message>
        <source>Export as</source>
        <translation>تصدير باسم</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) were left out because they are missing. The first is %1.</source>
        <translation>
            <numerusform>لم يُترك أي ملف. الأول هو %1.</numerusform>
            <numerusform>تُرك ملف واحد لأنه مفقود: %1.</numerusform>
            <numerusform>تُرك ملفان لأنهما مفقودان. الأول هو %1.</numerusform>
            <numerusform>تُركت %n ملفات لأنها مفقودة. الأول هو %1.</numerusform>
            <numerusform>تُرك %n ملفًا لأنها مفقودة. الأول هو %1.</numerusform>
            <numerusform>تُرك %n ملف لأنها مفقودة. الأول هو %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>تلقائي</translation>
    </message>
    <message>
        <source>Image size</source>
        <translation>حجم الصورة</translation>
    </message>
    <message>
        <source>Choose where to export to.</source>
        <translation>حدّد وجهة التصدير.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::Field</name>
    <message>
        <source>Help: %1</source>
        <translation>مساعدة: %1</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::FilterBar</name>
    <message>
        <source>Search</source>
        <translation>بحث</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>كل التشغيلات</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>النموذج</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>كل النماذج</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>All images</source>
        <translation>كل الصور</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>الترتيب</translation>
    </message>
    <message numerus="yes">
        <source>%n star(s)</source>
        <translation>
            <numerusform>بلا نجوم</numerusform>
            <numerusform>نجمة واحدة</numerusform>
            <numerusform>نجمتان</numerusform>
            <numerusform>%n نجوم</numerusform>
            <numerusform>%n نجمة</numerusform>
            <numerusform>%n نجمة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n star(s) or more</source>
        <translation>
            <numerusform>كل التقييمات</numerusform>
            <numerusform>نجمة فأكثر</numerusform>
            <numerusform>نجمتان فأكثر</numerusform>
            <numerusform>%n نجوم فأكثر</numerusform>
            <numerusform>%n نجمة فأكثر</numerusform>
            <numerusform>%n نجمة فأكثر</numerusform>
        </translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>مرفوضة</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>فشل</translation>
    </message>
    <message>
        <source>Best first</source>
        <translation>الأفضل أولًا</translation>
    </message>
    <message>
        <source>Newest run</source>
        <translation>أحدث تشغيل</translation>
    </message>
    <message>
        <source>Oldest run</source>
        <translation>أقدم تشغيل</translation>
    </message>
    <message>
        <source>Search prompts, settings and notes</source>
        <translation>ابحث في الأوصاف والإعدادات والملاحظات</translation>
    </message>
    <message>
        <source>Unrated</source>
        <translation>بلا تقييم</translation>
    </message>
    <message>
        <source>Words in prompts and notes. &quot;In quotes&quot;: the exact phrase. -word: without it. steps:20, sampler:euler, seed:42: by setting.</source>
        <translation>كلمات ترد في الوصف أو في ملاحظاتك. &quot;بين علامتي تنصيص&quot;: متتالية. ‎-كلمة: من دونها. ‎steps:20‎ و‎sampler:euler‎ و‎seed:42‎: بحسب الإعداد.</translation>
    </message>
    <message>
        <source>Hide rejected</source>
        <translation>من دون المرفوضة</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::FindBar</name>
    <message>
        <source>Replace with</source>
        <translation>استبدال بـ</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>مطابقة حالة الأحرف</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>تعبير نمطي</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>استبدال</translation>
    </message>
    <message>
        <source>Replace all</source>
        <translation>استبدال الكل</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>المطابقة السابقة</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>المطابقة التالية</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>The expression is not complete.</source>
        <translation>التعبير غير مكتمل.</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>بحث</translation>
    </message>
    <message>
        <source>Where to search</source>
        <translation>مكان البحث</translation>
    </message>
    <message>
        <source>All columns</source>
        <translation>كل الأعمدة</translation>
    </message>
    <message>
        <source>Only in selected rows</source>
        <translation>في الصفوف المحددة فقط</translation>
    </message>
    <message>
        <source>No row contains this.</source>
        <translation>لا يحتوي أي صف على هذا.</translation>
    </message>
    <message>
        <source>In the hidden column %1: %2</source>
        <translation>في العمود المخفي %1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) changed.</source>
        <translation>
            <numerusform>لم يتغير أي صف.</numerusform>
            <numerusform>تغيّر صف واحد.</numerusform>
            <numerusform>تغيّر صفان.</numerusform>
            <numerusform>تغيّرت %n صفوف.</numerusform>
            <numerusform>تغيّر %n صفًا.</numerusform>
            <numerusform>تغيّر %n صف.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::FullImage</name>
    <message>
        <source>%1 cannot be shown: %2.</source>
        <translation>تعذّر عرض %1: %2.</translation>
    </message>
    <message>
        <source>%1 no longer exists.</source>
        <translation>لم يعد %1 موجودًا.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::GalleryActions</name>
    <message>
        <source>Open</source>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>مقارنة</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>استخدام هذه الإعدادات</translation>
    </message>
    <message>
        <source>More like this</source>
        <translation>المزيد مثلها</translation>
    </message>
    <message>
        <source>Copy image</source>
        <translation>نسخ الصورة</translation>
    </message>
    <message>
        <source>Copy settings</source>
        <translation>نسخ الإعدادات</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>فتح المجلد</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
    <message>
        <source>Move to trash…</source>
        <translation>نقل إلى المهملات…</translation>
    </message>
    <message>
        <source>No stars</source>
        <translation>بلا نجوم</translation>
    </message>
    <message numerus="yes">
        <source>%n star(s)</source>
        <translation>
            <numerusform>بلا نجوم</numerusform>
            <numerusform>نجمة واحدة</numerusform>
            <numerusform>نجمتان</numerusform>
            <numerusform>%n نجوم</numerusform>
            <numerusform>%n نجمة</numerusform>
            <numerusform>%n نجمة</numerusform>
        </translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>رفض</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>التقييم</translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>نقل إلى المهملات</translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash?</source>
        <translation>
            <numerusform>ألا تُنقل أي صورة إلى المهملات؟</numerusform>
            <numerusform>أتُنقل صورة واحدة إلى المهملات؟</numerusform>
            <numerusform>أتُنقل صورتان إلى المهملات؟</numerusform>
            <numerusform>أتُنقل %n صور إلى المهملات؟</numerusform>
            <numerusform>أتُنقل %n صورة إلى المهملات؟</numerusform>
            <numerusform>أتُنقل %n صورة إلى المهملات؟</numerusform>
        </translation>
    </message>
    <message>
        <source>None of the selected images is finished, so there is nothing to export.</source>
        <translation>لم تكتمل أي من الصور المحددة، فلا شيء للتصدير.</translation>
    </message>
    <message>
        <source>Keep the best…</source>
        <translation>الاحتفاظ بالأفضل…</translation>
    </message>
    <message>
        <source>Undo moving to the trash</source>
        <translation>التراجع عن النقل إلى المهملات</translation>
    </message>
    <message>
        <source>None of the selected images is finished, so there is nothing to move.</source>
        <translation>لم تكتمل أي من الصور المحددة، فلا شيء للنقل.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::GalleryModel</name>
    <message numerus="yes">
        <source>%1, %n star(s)</source>
        <translation>
            <numerusform>%1، بلا نجوم</numerusform>
            <numerusform>%1، نجمة واحدة</numerusform>
            <numerusform>%1، نجمتان</numerusform>
            <numerusform>%1، %n نجوم</numerusform>
            <numerusform>%1، %n نجمة</numerusform>
            <numerusform>%1، %n نجمة</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, rejected</source>
        <translation>%1، مرفوضة</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>الخطوة %1 من %2</translation>
    </message>
    <message>
        <source>The file is missing or is not an image</source>
        <translation>الملف غير موجود أو ليس صورة</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>قيد الصنع</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::GalleryPane</name>
    <message>
        <source>Images</source>
        <translation>الصور</translation>
    </message>
    <message>
        <source>Size of the images</source>
        <translation>حجم الصور</translation>
    </message>
    <message>
        <source>Size of the images (Ctrl+wheel)</source>
        <translation>حجم الصور (Ctrl+عجلة الفأرة)</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>إضافة مجلد…</translation>
    </message>
    <message>
        <source>Add a folder of images</source>
        <translation>إضافة مجلد صور</translation>
    </message>
    <message numerus="yes">
        <source>%L1 image(s)</source>
        <translation>
            <numerusform>%L1 صورة</numerusform>
            <numerusform>%L1 صورة</numerusform>
            <numerusform>%L1 صورة</numerusform>
            <numerusform>%L1 صور</numerusform>
            <numerusform>%L1 صورة</numerusform>
            <numerusform>%L1 صورة</numerusform>
        </translation>
    </message>
    <message>
        <source>Message</source>
        <translation>رسالة</translation>
    </message>
    <message>
        <source>%1, %L2 selected</source>
        <translation>%1، المحدد %L2</translation>
    </message>
    <message>
        <source>No images match. Try other words or fewer filters.</source>
        <translation>لا صور مطابقة. جرّب كلمات أخرى أو مرشحات أقل.</translation>
    </message>
    <message>
        <source>Follow new images</source>
        <translation>متابعة الصور الجديدة</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) moved to the trash.</source>
        <translation>
            <numerusform>لم تُنقل أي صورة إلى المهملات.</numerusform>
            <numerusform>نُقلت صورة واحدة إلى المهملات.</numerusform>
            <numerusform>نُقلت صورتان إلى المهملات.</numerusform>
            <numerusform>نُقلت %n صور إلى المهملات.</numerusform>
            <numerusform>نُقلت %n صورة إلى المهملات.</numerusform>
            <numerusform>نُقلت %n صورة إلى المهملات.</numerusform>
        </translation>
    </message>
    <message>
        <source>Images appear here as they are made. You can also add older runs or folders of PNGs, or drop them here.</source>
        <translation>تظهر الصور هنا حال صنعها. يمكن إضافة عمليات تشغيل سابقة أو مجلدات PNG، أو إفلاتها هنا.</translation>
    </message>
    <message>
        <source>Scroll to each finished image, until you scroll up</source>
        <translation>التمرير إلى كل صورة حال اكتمالها، إلى أن تمرّر للأعلى</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ImageSettings</name>
    <message>
        <source>Embeddings</source>
        <translation>التضمينات</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>الجهاز</translation>
    </message>
    <message>
        <source>Device UUID</source>
        <translation>معرّف الجهاز</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>الوقت</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 ث</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>اكتمل</translation>
    </message>
    <message>
        <source>File</source>
        <translation>الملف</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>المجلد</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>حجم الملف</translation>
    </message>
    <message>
        <source>Model hash</source>
        <translation>بصمة النموذج</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>المعالج</translation>
    </message>
    <message>
        <source>In tiles</source>
        <translation>بالقطع</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>المقصوص</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>بلا رموز</numerusform>
            <numerusform>رمز واحد</numerusform>
            <numerusform>رمزان</numerusform>
            <numerusform>%n رموز</numerusform>
            <numerusform>%n رمزًا</numerusform>
            <numerusform>%n رمز</numerusform>
        </translation>
    </message>
    <message>
        <source>Number</source>
        <translation>الرقم</translation>
    </message>
    <message>
        <source>%1, from row %2</source>
        <translation>%1، من الصف %2</translation>
    </message>
    <message>
        <source>none</source>
        <translation>لا شيء</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ItemModel</name>
    <message>
        <source>State</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>البذرة</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>تفصيل</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>على %1</translation>
    </message>
    <message>
        <source>%1 · step %2/%3</source>
        <translation>%1 · خطوة %2/%3</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::LoraBrowser</name>
    <message>
        <source>LoRAs</source>
        <translation>ملفات LoRA</translation>
    </message>
    <message>
        <source>Search LoRAs</source>
        <translation>ابحث في ملفات LoRA</translation>
    </message>
    <message>
        <source>About the LoRA</source>
        <translation>عن ملف LoRA</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>ملف…</translation>
    </message>
    <message>
        <source>Copy trigger words</source>
        <translation>نسخ كلمات التشغيل</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>إضافة</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>No LoRAs found; Help tells where they are kept.</source>
        <translation>لم يُعثر على ملفات LoRA؛ تقول المساعدة أين تُحفظ.</translation>
    </message>
    <message>
        <source>No LoRA has these words.</source>
        <translation>لا ملف LoRA فيه هذه الكلمات.</translation>
    </message>
    <message>
        <source>Reading the LoRAs…</source>
        <translation>تُقرأ ملفات LoRA…</translation>
    </message>
    <message>
        <source>For: %1</source>
        <translation>لنموذج: %1</translation>
    </message>
    <message>
        <source>Trigger words: %1</source>
        <translation>كلمات التشغيل: %1</translation>
    </message>
    <message>
        <source>Weight: %1</source>
        <translation>الوزن: %1</translation>
    </message>
    <message>
        <source>Notes: %1</source>
        <translation>ملاحظات: %1</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>LoRAs (*.safetensors)</source>
        <translation>ملفات LoRA (*.safetensors)</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::LoraList</name>
    <message>
        <source>Add a LoRA…</source>
        <translation>إضافة LoRA…</translation>
    </message>
    <message>
        <source>Weight of %1</source>
        <translation>وزن %1</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>استبعاد %1</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::MainWindow</name>
    <message>
        <source>The image was made with other components than those of the parameters (%1). Choose them there to make it again.</source>
        <translation>صُنعت الصورة بمكوّنات غير التي في المعاملات (%1). اخترها هناك لتصنعها من جديد.</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>The run has ended</source>
        <translation>انتهى التشغيل</translation>
    </message>
    <message>
        <source>Your unsaved changes have been restored.</source>
        <translation>عادت التغييرات التي لم تُحفظ.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::MessageBar</name>
    <message>
        <source>Details</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>رسالة</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ModeChooser</name>
    <message>
        <source>Pipelined: a stage on each device</source>
        <translation>تسلسلي: مرحلة على كل جهاز</translation>
    </message>
    <message>
        <source>Replicas: a whole model on each device</source>
        <translation>نُسخ: نموذج كامل على كل جهاز</translation>
    </message>
    <message>
        <source>Sharded: one model over all devices</source>
        <translation>مجزّأ: نموذج واحد على كل الأجهزة</translation>
    </message>
    <message>
        <source>For models too large for one device; many images at once.</source>
        <translation>لنموذج لا يتسع له جهاز واحد؛ صور كثيرة معًا.</translation>
    </message>
    <message>
        <source>For models too large for one device; one image at a time.</source>
        <translation>لنموذج لا يتسع له جهاز واحد؛ صورة واحدة في كل مرة.</translation>
    </message>
    <message>
        <source>Fastest if the model fits on each device.</source>
        <translation>الأسرع حين يتسع كل جهاز للنموذج.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ModeForecast</name>
    <message>
        <source>About %1 images/h</source>
        <translation>نحو %1 صورة في الساعة</translation>
    </message>
    <message>
        <source>at most %1 a device</source>
        <translation>%1 على الأكثر لكل جهاز</translation>
    </message>
    <message numerus="yes">
        <source>%n stage(s)</source>
        <translation>
            <numerusform>%n مرحلة</numerusform>
            <numerusform>مرحلة واحدة</numerusform>
            <numerusform>مرحلتان</numerusform>
            <numerusform>%n مراحل</numerusform>
            <numerusform>%n مرحلة</numerusform>
            <numerusform>%n مرحلة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipeline(s)</source>
        <translation>
            <numerusform>بلا سلاسل</numerusform>
            <numerusform>سلسلة واحدة</numerusform>
            <numerusform>سلسلتان</numerusform>
            <numerusform>%n سلاسل</numerusform>
            <numerusform>%n سلسلة</numerusform>
            <numerusform>%n سلسلة</numerusform>
        </translation>
    </message>
    <message>
        <source>It needs more devices than are selected.</source>
        <translation>يحتاج إلى أجهزة أكثر من المختارة.</translation>
    </message>
    <message>
        <source>idle %1 % of the time</source>
        <translation>%1 % من الوقت في الانتظار</translation>
    </message>
    <message>
        <source>About %1 images/h, the fastest mode</source>
        <translation>نحو %1 صورة في الساعة، وهي أسرع طريقة</translation>
    </message>
    <message>
        <source>packed weights</source>
        <translation>أوزان مضغوطة</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ModelList</name>
    <message>
        <source>fits</source>
        <translation>يتسع له الجهاز</translation>
    </message>
    <message>
        <source>too large for one device</source>
        <translation>لا يتسع له جهاز واحد</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ModelPicker</name>
    <message>
        <source>Add a model</source>
        <translation>إضافة نموذج</translation>
    </message>
    <message>
        <source>Models (*.safetensors)</source>
        <translation>نماذج (*.safetensors)</translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation>مجلد النموذج</translation>
    </message>
    <message>
        <source>Model folder…</source>
        <translation>مجلد فيه نموذج…</translation>
    </message>
    <message>
        <source>Model file…</source>
        <translation>نموذج في ملف واحد…</translation>
    </message>
    <message>
        <source>Model file</source>
        <translation>نموذج في ملف واحد</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::NegativeField</name>
    <message>
        <source>An empty text rather than none</source>
        <translation>نص فارغ بدلًا من لا شيء</translation>
    </message>
    <message>
        <source>This model makes other images with an empty negative prompt than without one.</source>
        <translation>يصنع هذا النموذج بوصف سلبي فارغ صورًا غير التي يصنعها من دونه.</translation>
    </message>
    <message>
        <source>What the images should not show. A row&apos;s own negative prompt replaces this one.</source>
        <translation>ما لا ينبغي أن يظهر في الصور. ويحلّ محله وصف سلبي خاص بالصف.</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>فارغ</translation>
    </message>
    <message>
        <source>none</source>
        <translation>لا شيء</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PaneDocks</name>
    <message>
        <source>Details</source>
        <translation>التفاصيل</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>الأجهزة</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>المعرض</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>المعاملات</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>قائمة الانتظار</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>النتائج</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ParametersPane</name>
    <message>
        <source>Components</source>
        <translation>المكوّنات</translation>
    </message>
    <message>
        <source>the image's own</source>
        <translation>حجم الصورة نفسها</translation>
    </message>
    <message>
        <source>Of the photograph that the image is to look like a part of, such as 2048x1024.</source>
        <translation>حجم الصورة الكبيرة التي يجب أن تبدو الصورة جزءًا منها، مثل 2048x1024.</translation>
    </message>
    <message>
        <source>Where in it the image begins: pixels from the left and from the top, such as 256,0.</source>
        <translation>أين تبدأ الصورة فيها: بكسلات من اليسار ومن الأعلى، مثل 256,0.</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>إعدادات محفوظة</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>النموذج</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>أخذ العينات</translation>
    </message>
    <message>
        <source>More steps take longer and may show more detail.</source>
        <translation>الخطوات الأكثر تستغرق وقتًا أطول وقد تُظهر تفاصيل أكثر.</translation>
    </message>
    <message>
        <source>How far the steps move towards strong noise: at 1 they are even, and larger images need more.</source>
        <translation>مدى ميل الخطوات نحو الضوضاء القوية: عند 1 تكون متساوية، والصور الأكبر تحتاج أكثر.</translation>
    </message>
    <message>
        <source>that of the model</source>
        <translation>ما للنموذج</translation>
    </message>
    <message>
        <source>Computation</source>
        <translation>الحساب</translation>
    </message>
    <message>
        <source>Noise (epsilon)</source>
        <translation>الضجيج (epsilon)</translation>
    </message>
    <message>
        <source>Velocity (v)</source>
        <translation>السرعة (v)</translation>
    </message>
    <message>
        <source>random</source>
        <translation>عشوائية</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>المعاملات</translation>
    </message>
    <message>
        <source>The starter that comes with Fanlight, the models in the Hugging Face cache, and those that you add: folders in diffusers&apos; format, or single files.</source>
        <translation>النموذج المرفق مع Fanlight، والنماذج في مخزن Hugging Face المؤقت، وما تضيفه أنت: مجلدات بصيغة diffusers أو ملفات مفردة.</translation>
    </message>
    <message>
        <source>Same seed for every row</source>
        <translation>البذرة نفسها لكل صف</translation>
    </message>
    <message>
        <source>Seeds of rows</source>
        <translation>بذور الصفوف</translation>
    </message>
    <message>
        <source>Every prompt</source>
        <translation>كل الأوصاف</translation>
    </message>
    <message>
        <source>Output folder</source>
        <translation>مجلد الإخراج</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>الإخراج</translation>
    </message>
    <message>
        <source>Model&apos;s default</source>
        <translation>كما في النموذج</translation>
    </message>
    <message>
        <source>Model&apos;s default values</source>
        <translation>قيم النموذج</translation>
    </message>
    <message>
        <source>In pixels. Models work best near the size they were trained at.</source>
        <translation>بالبكسل. تصنع النماذج أفضل صورها قرب الحجم الذي دُرّبت عليه.</translation>
    </message>
    <message>
        <source>The seed of the first image; the next ones count up. The same seed and settings make the same image again.</source>
        <translation>بذرة الصورة الأولى، وتتزايد بعدها. البذرة والإعدادات نفسها تصنع الصورة نفسها من جديد.</translation>
    </message>
    <message>
        <source>The method that turns noise into an image.</source>
        <translation>الطريقة التي تحوّل الضجيج إلى صورة.</translation>
    </message>
    <message>
        <source>Last layers of the text encoder to skip. Some models were trained with one skipped.</source>
        <translation>عدد الطبقات الأخيرة المتروكة من مرمّز النص. دُرّبت بعض النماذج بترك واحدة.</translation>
    </message>
    <message>
        <source>What the network predicts. Try the other one if a model file makes nothing but noise or grey.</source>
        <translation>ما تتنبأ به الشبكة. اختر الآخر إن لم يصنع نموذج في ملف واحد سوى ضجيج أو لون رمادي.</translation>
    </message>
    <message>
        <source>Shows what the prompts alone change. Several images of one prompt are then identical. Rows with their own seeds keep them.</source>
        <translation>يُظهر ما تغيّره الأوصاف وحدها. وعندئذ تتشابه صور الوصف الواحد كلها. وتحتفظ الصفوف التي لها بذورها بها.</translation>
    </message>
    <message>
        <source>Notes on the values</source>
        <translation>ما ينبغي معرفته عن القيم</translation>
    </message>
    <message>
        <source>Reset everything the model has defaults for; prompts, seeds and LoRAs stay</source>
        <translation>العودة إلى قيم النموذج في كل ما له فيه قيمة؛ وتبقى الأوصاف والبذور وملفات LoRA</translation>
    </message>
    <message>
        <source>Text before every prompt. A comma is added between them unless there is already a space.</source>
        <translation>نص قبل كل وصف. توضع فاصلة بينهما ما لم تكن هناك مسافة.</translation>
    </message>
    <message>
        <source>Each run creates its own folder here. Leave empty to use the folder from the settings.</source>
        <translation>ينشئ كل تشغيل مجلدًا خاصًا به فيه. وإن كان فارغًا فالمجلد المحدد في الإعدادات.</translation>
    </message>
    <message>
        <source>How many to make of each prompt, with consecutive seeds.</source>
        <translation>عدد الصور لكل وصف. بذورها متتالية.</translation>
    </message>
    <message>
        <source>The current run keeps its values; your changes apply to the next one.</source>
        <translation>يحتفظ التشغيل الجاري بالقيم التي بدأ بها؛ وتسري تغييراتك على التشغيل التالي.</translation>
    </message>
    <message>
        <source>Model not found: its default values are unknown, so these are the last ones.</source>
        <translation>لم يُعثر على النموذج: قيمه المبدئية غير معروفة، وهذه آخر قيم عُرضت.</translation>
    </message>
    <message>
        <source>Texts with names that go around every prompt, from lists of AUTOMATIC1111 or Fooocus. A row's own styles replace these.</source>
        <translation>نصوص ذات أسماء تحيط بكل موجّه، من قوائم AUTOMATIC1111 أو Fooocus. أنماط الصف نفسه تحل محلها.</translation>
    </message>
    <message>
        <source>Text after every prompt.</source>
        <translation>نص بعد كل موجّه.</translation>
    </message>
    <message>
        <source>How the noise decreases from step to step. Some samplers follow the model's own timesteps only.</source>
        <translation>كيف يتناقص الضجيج من خطوة إلى خطوة. بعض الطرق لا تتبع إلا خطوات النموذج الزمنية.</translation>
    </message>
    <message>
        <source>Share of the steps that are guided. The rest follows the prompt alone and is twice as fast.</source>
        <translation>حصة الخطوات الموجَّهة. أما الباقي فيتبع الوصف وحده وهو أسرع بمرتين.</translation>
    </message>
    <message>
        <source>Takes back the contrast that strong guidance adds, wholly at 1.</source>
        <translation>يزيل التباين الذي يضيفه التوجيه القوي، ويزيله كله عند 1.</translation>
    </message>
    <message>
        <source>How much noise the sampler adds at each step. Samplers without noise have none.</source>
        <translation>كم تضيف طريقة العينات من ضجيج في كل خطوة. ليس للطرق التي بلا ضجيج شيء منه.</translation>
    </message>
    <message>
        <source>those of the schedule</source>
        <translation>خطوات الجدول</translation>
    </message>
    <message>
        <source>The training steps to take instead of so many steps, such as 999,749,499,249 for models distilled for them. Some samplers cannot be told any.</source>
        <translation>خطوات التدريب التي تؤخذ بدلًا من عدد من الخطوات، مثل 999,749,499,249 لنماذج قُطِّرت عليها. وبعض طرق العينات لا تُحدَّد لها خطوات.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::Project</name>
    <message>
        <source>Untitled</source>
        <translation>بلا عنوان</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>فتح مشروع</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>حفظ المشروع</translation>
    </message>
    <message>
        <source>Fanlight</source>
        <translation>Fanlight</translation>
    </message>
    <message>
        <source>Save the changes to “%1”?</source>
        <translation>أتُحفظ التغييرات في «%1»؟</translation>
    </message>
    <message>
        <source>Otherwise they are lost.</source>
        <translation>وإلا فستضيع.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>تجاهل</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>استعادة</translation>
    </message>
    <message>
        <source>Prompt lists (*.jsonl *.csv *.tsv *.txt *.prompts)</source>
        <translation>قوائم أوصاف (*.jsonl *.csv *.tsv *.txt *.prompts)</translation>
    </message>
    <message>
        <source>Replace “%1”?</source>
        <translation>هل تريد استبدال «%1»؟</translation>
    </message>
    <message>
        <source>Projects and prompt lists (*.fanlight *.jsonl *.csv *.tsv *.txt *.prompts)</source>
        <translation>مشاريع وقوائم أوصاف (*.fanlight *.jsonl *.csv *.tsv *.txt *.prompts)</translation>
    </message>
    <message>
        <source>Fanlight projects (*.fanlight)</source>
        <translation>مشاريع Fanlight ‏(*.fanlight)</translation>
    </message>
    <message>
        <source>%1 The list is unchanged.</source>
        <translation>%1 القائمة كما كانت.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PromptModel</name>
    <message>
        <source>Row %1</source>
        <translation>الصف %1</translation>
    </message>
    <message>
        <source>Delete rows</source>
        <translation>حذف الصفوف</translation>
    </message>
    <message>
        <source>Duplicate rows</source>
        <translation>تكرار الصفوف</translation>
    </message>
    <message>
        <source>Move rows</source>
        <translation>نقل الصفوف</translation>
    </message>
    <message>
        <source>Edit prompt</source>
        <translation>تحرير الوصف</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>تغيير %1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>في الانتظار</translation>
    </message>
    <message>
        <source>%1 · step %2/%3</source>
        <translation>%1 · خطوة %2/%3</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) done</source>
        <translation>
            <numerusform>لم تكتمل صور</numerusform>
            <numerusform>اكتملت صورة</numerusform>
            <numerusform>اكتملت صورتان</numerusform>
            <numerusform>اكتملت %n صور</numerusform>
            <numerusform>اكتملت %n صورة</numerusform>
            <numerusform>اكتملت %n صورة</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>تمّ</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>فشل</translation>
    </message>
    <message>
        <source>Drop rows</source>
        <translation>إفلات الصفوف</translation>
    </message>
    <message>
        <source>%1, edited since</source>
        <translation>%1، عُدّل بعد ذلك</translation>
    </message>
    <message numerus="yes">
        <source>The last %n token(s) have no effect: the prompt is longer than the model reads.</source>
        <translation>
            <numerusform>لا أثر للنهاية: لا يقرأ النموذج هذا القدر دفعة واحدة.</numerusform>
            <numerusform>لا أثر للرمز الأخير: لا يقرأ النموذج هذا القدر دفعة واحدة.</numerusform>
            <numerusform>لا أثر لآخر رمزين: لا يقرأ النموذج هذا القدر دفعة واحدة.</numerusform>
            <numerusform>لا أثر لآخر %n رموز: لا يقرأ النموذج هذا القدر دفعة واحدة.</numerusform>
            <numerusform>لا أثر لآخر %n رمزًا: لا يقرأ النموذج هذا القدر دفعة واحدة.</numerusform>
            <numerusform>لا أثر لآخر %n رمز: لا يقرأ النموذج هذا القدر دفعة واحدة.</numerusform>
        </translation>
    </message>
    <message>
        <source>Renumber seeds</source>
        <translation>إعادة ترقيم البذور</translation>
    </message>
    <message>
        <source>‹empty›</source>
        <translation>‹فارغ›</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PromptTable</name>
    <message>
        <source>Prompts</source>
        <translation>الأوصاف</translation>
    </message>
    <message>
        <source>Show those that rows set</source>
        <translation>أظهر ما تضبطه الصفوف</translation>
    </message>
    <message numerus="yes">
        <source>%1 (set in %n row(s))</source>
        <translation>
            <numerusform>%1 (لم يُضبط في أي صف)</numerusform>
            <numerusform>%1 (مضبوط في صف واحد)</numerusform>
            <numerusform>%1 (مضبوط في صفين)</numerusform>
            <numerusform>%1 (مضبوط في %n صفوف)</numerusform>
            <numerusform>%1 (مضبوط في %n صفًا)</numerusform>
            <numerusform>%1 (مضبوط في %n صف)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PromptsPane</name>
    <message>
        <source>Prompts</source>
        <translation>الأوصاف</translation>
    </message>
    <message>
        <source>Add row</source>
        <translation>إضافة صف</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>استيراد…</translation>
    </message>
    <message>
        <source>Duplicate rows</source>
        <translation>تكرار الصفوف</translation>
    </message>
    <message>
        <source>Move rows up</source>
        <translation>نقل الصفوف إلى أعلى</translation>
    </message>
    <message>
        <source>Move rows down</source>
        <translation>نقل الصفوف إلى أسفل</translation>
    </message>
    <message>
        <source>Delete rows</source>
        <translation>حذف الصفوف</translation>
    </message>
    <message>
        <source>Find…</source>
        <translation>بحث…</translation>
    </message>
    <message>
        <source>Find and replace…</source>
        <translation>بحث واستبدال…</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>الأعمدة</translation>
    </message>
    <message>
        <source>No prompts yet</source>
        <translation>لا أوصاف بعد</translation>
    </message>
    <message>
        <source>Type one below, paste a list, or drop a file here: text, CSV, TSV, JSON lines, or PNGs with their settings.</source>
        <translation>اكتب وصفًا في الأسفل، أو الصق قائمة، أو أفلت ملفًا هنا: نص أو CSV أو TSV أو أسطر JSON أو صور PNG بإعداداتها.</translation>
    </message>
    <message>
        <source>Import a list…</source>
        <translation>استيراد قائمة…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>لصق</translation>
    </message>
    <message>
        <source>What the image should not show</source>
        <translation>ما لا ينبغي أن يظهر في الصورة</translation>
    </message>
    <message>
        <source>%1 / %2 tokens</source>
        <translation>%1 / %2 رمزًا</translation>
    </message>
    <message>
        <source>Import prompts</source>
        <translation>استيراد أوصاف</translation>
    </message>
    <message>
        <source>Prompt lists and images (*.txt *.csv *.tsv *.jsonl *.prompts *.png)</source>
        <translation>قوائم أوصاف وصور (*.txt *.csv *.tsv *.jsonl *.prompts *.png)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>كل الملفات (*)</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be read.</source>
        <translation>
            <numerusform>%n file(s) could not be read.</numerusform>
            <numerusform>تعذّرت قراءة ملف واحد.</numerusform>
            <numerusform>تعذّرت قراءة ملفين.</numerusform>
            <numerusform>تعذّرت قراءة %n ملفات.</numerusform>
            <numerusform>تعذّرت قراءة %n ملفًا.</numerusform>
            <numerusform>تعذّرت قراءة %n ملف.</numerusform>
        </translation>
    </message>
    <message>
        <source>Import</source>
        <translation>استيراد</translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s)</source>
        <translation>
            <numerusform>لا أوصاف</numerusform>
            <numerusform>وصف واحد</numerusform>
            <numerusform>وصفان</numerusform>
            <numerusform>%n أوصاف</numerusform>
            <numerusform>%n وصفًا</numerusform>
            <numerusform>%n وصف</numerusform>
        </translation>
    </message>
    <message>
        <source>the end is cut</source>
        <translation>قُصّت النهاية</translation>
    </message>
    <message>
        <source>The pasted text could not be read.</source>
        <translation>تعذّرت قراءة النص الملصق.</translation>
    </message>
    <message>
        <source>Cut rows</source>
        <translation>قص الصفوف</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>نسخ الصفوف</translation>
    </message>
    <message>
        <source>Set a value in the selected rows…</source>
        <translation>ضبط قيمة في الصفوف المحددة…</translation>
    </message>
    <message>
        <source>Copy values: %1</source>
        <translation>نسخ القيم: %1</translation>
    </message>
    <message>
        <source>Paste values: %1</source>
        <translation>لصق القيم: %1</translation>
    </message>
    <message>
        <source>Fill down: %1</source>
        <translation>تعبئة إلى أسفل: %1</translation>
    </message>
    <message>
        <source>Clear: %1</source>
        <translation>مسح: %1</translation>
    </message>
    <message>
        <source>All rows</source>
        <translation>كل الصفوف</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>فشلت</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>قيد الإنشاء</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>في الانتظار</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>تمّت</translation>
    </message>
    <message>
        <source>In no run</source>
        <translation>ليست في أي تشغيل</translation>
    </message>
    <message>
        <source>Columns; rows set hidden ones: %1</source>
        <translation>الأعمدة؛ في الصفوف قيم لأعمدة مخفية: %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 من %2</translation>
    </message>
    <message>
        <source>Type a prompt. Enter starts the next one.</source>
        <translation>اكتب وصفًا. مفتاح Enter يبدأ التالي.</translation>
    </message>
    <message>
        <source>The model reads only up to token %1.</source>
        <translation>لا يقرأ النموذج ما بعد الرمز %1.</translation>
    </message>
    <message>
        <source>Some settings in the files have no effect.</source>
        <translation>ليس لكل ما تذكره الملفات أثر.</translation>
    </message>
    <message>
        <source>Renumber seeds</source>
        <translation>إعادة ترقيم البذور</translation>
    </message>
    <message>
        <source>Rows to show</source>
        <translation>الصفوف المعروضة</translation>
    </message>
    <message>
        <source>Counted with the text before and after every prompt.</source>
        <translation>محسوبة مع النص الذي قبل كل وصف وبعده.</translation>
    </message>
    <message>
        <source>Empty text: %1</source>
        <translation>نص فارغ: %1</translation>
    </message>
    <message>
        <source>Empty text</source>
        <translation>نص فارغ</translation>
    </message>
    <message>
        <source>An empty text in place of the parameters&apos; negative prompt, or of none</source>
        <translation>نص فارغ بدل الوصف السلبي في المعاملات، أو بدل غيابه</translation>
    </message>
    <message>
        <source>An empty text</source>
        <translation>نص فارغ</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>تغيير %1</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::QueuePane</name>
    <message>
        <source>Progress</source>
        <translation>التقدم</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>تقدم التشغيل</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>عمليات التشغيل</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Cancel the run</source>
        <translation>إلغاء التشغيل</translation>
    </message>
    <message>
        <source>To the front</source>
        <translation>إلى المقدمة</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>أبكر</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>لاحقًا</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>فتح المجلد</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>إزالة من القائمة</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>متابعة</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>العناصر</translation>
    </message>
    <message>
        <source>The whole queue</source>
        <translation>قائمة الانتظار كلها</translation>
    </message>
    <message>
        <source>Cancel all runs</source>
        <translation>إلغاء كل عمليات التشغيل</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>السجل</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>إعادة التسمية</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) waiting</source>
        <translation>
            <numerusform>لا شيء في الانتظار</numerusform>
            <numerusform>عملية تشغيل واحدة في الانتظار</numerusform>
            <numerusform>عمليتا تشغيل في الانتظار</numerusform>
            <numerusform>%n عمليات تشغيل في الانتظار</numerusform>
            <numerusform>%n عملية تشغيل في الانتظار</numerusform>
            <numerusform>%n عملية تشغيل في الانتظار</numerusform>
        </translation>
    </message>
    <message>
        <source>, </source>
        <translation>، </translation>
    </message>
    <message>
        <source>about %1 left for all</source>
        <translation>بقي للكل نحو %1</translation>
    </message>
    <message>
        <source>more than %1 left for all</source>
        <translation>بقي للكل أكثر من %1</translation>
    </message>
    <message>
        <source>No runs yet.
Press Generate to start one.</source>
        <translation>لا شيء قيد الصنع.
اضغط «توليد» فيظهر التشغيل هنا.</translation>
    </message>
    <message>
        <source>Make missing items</source>
        <translation>صنع الناقص</translation>
    </message>
    <message>
        <source>Make next</source>
        <translation>صنع هذه تاليًا</translation>
    </message>
    <message>
        <source>Make last</source>
        <translation>صنع هذه أخيرًا</translation>
    </message>
    <message>
        <source>Cancel these</source>
        <translation>ترك هذه</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>إعادة محاولة هذه</translation>
    </message>
    <message>
        <source>Pause after the items under way</source>
        <translation>إيقاف بعد إتمام ما في اليد</translation>
    </message>
    <message>
        <source>Items to show</source>
        <translation>أي العناصر تُعرض</translation>
    </message>
    <message>
        <source>Remake images in the trash</source>
        <translation>إعادة صنع الصور التي في المهملات</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::RowTracker</name>
    <message>
        <source>GPU %1</source>
        <translation>بطاقة %1</translation>
    </message>
    <message>
        <source>CPU %1</source>
        <translation>معالج %1</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::RunBar</name>
    <message>
        <source>Progress of the run</source>
        <translation>تقدم التشغيل</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::RunBridge</name>
    <message>
        <source>The process that makes the images did not start; start %1 serve in a terminal to see why.</source>
        <translation>لم تبدأ العملية التي تصنع الصور؛ شغّل ‎%1 serve‎ في طرفية لمعرفة السبب.</translation>
    </message>
    <message>
        <source>%1 The run %2 can be resumed.</source>
        <translation>%1 يمكن استئناف التشغيل %2.</translation>
    </message>
    <message>
        <source>%1 It was restarted and continues the run %2.</source>
        <translation>%1 أُعيد تشغيلها، وهي تواصل التشغيل %2.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::RunController</name>
    <message>
        <source>Row %1</source>
        <translation>الصف %1</translation>
    </message>
    <message>
        <source>There is no prompt; type one, or import a list.</source>
        <translation>لا يوجد وصف؛ اكتب واحدًا أو استورد قائمة.</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>توليد</translation>
    </message>
    <message>
        <source>Generate selected rows</source>
        <translation>توليد الصفوف المحددة</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Cancel run</source>
        <translation>إلغاء التشغيل</translation>
    </message>
    <message>
        <source>Retry what failed</source>
        <translation>إعادة محاولة ما فشل</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 من %2</translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>لم يفشل شيء</numerusform>
            <numerusform>فشلت واحدة</numerusform>
            <numerusform>فشلت اثنتان</numerusform>
            <numerusform>فشلت %n</numerusform>
            <numerusform>فشلت %n</numerusform>
            <numerusform>فشلت %n</numerusform>
        </translation>
    </message>
    <message>
        <source>paused</source>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>بقي %1</translation>
    </message>
    <message>
        <source>Fanlight</source>
        <translation>Fanlight</translation>
    </message>
    <message>
        <source>Cancel the run</source>
        <translation>إلغاء التشغيل</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>البقاء هنا</translation>
    </message>
    <message>
        <source>Add selected rows to the run</source>
        <translation>إضافة الصفوف المحددة إلى التشغيل</translation>
    </message>
    <message numerus="yes">
        <source>%n literal prompt(s) are longer than the model reads at a time, the first in row %1: the end has no effect.</source>
        <translation>
            <numerusform>لا وصف حرفيًا أطول مما يقرؤه النموذج دفعة واحدة (الصف %1).</numerusform>
            <numerusform>وصف حرفي أطول مما يقرؤه النموذج دفعة واحدة، في الصف %1: لا أثر لنهايته.</numerusform>
            <numerusform>وصفان حرفيان أطول مما يقرؤه النموذج دفعة واحدة، أولهما في الصف %1: لا أثر لنهايتيهما.</numerusform>
            <numerusform>%n أوصاف حرفية أطول مما يقرؤه النموذج دفعة واحدة، أولها في الصف %1: لا أثر لنهاياتها.</numerusform>
            <numerusform>%n وصفًا حرفيًا أطول مما يقرؤه النموذج دفعة واحدة، أولها في الصف %1: لا أثر لنهاياتها.</numerusform>
            <numerusform>%n وصف حرفي أطول مما يقرؤه النموذج دفعة واحدة، أولها في الصف %1: لا أثر لنهاياتها.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s) name networks, such as %2 in row %1, that are no LoRAs and have no effect.</source>
        <translation>
            <numerusform>لا وصف يسمّي شبكة، مثل %2 في الصف %1، ليست من نوع LoRA ولا أثر لها.</numerusform>
            <numerusform>وصف يسمّي شبكة، مثل %2 في الصف %1، ليست من نوع LoRA ولا أثر لها.</numerusform>
            <numerusform>وصفان يسمّيان شبكات، مثل %2 في الصف %1، ليست من نوع LoRA ولا أثر لها.</numerusform>
            <numerusform>%n أوصاف تسمّي شبكات، مثل %2 في الصف %1، ليست من نوع LoRA ولا أثر لها.</numerusform>
            <numerusform>%n وصفًا يسمّي شبكات، مثل %2 في الصف %1، ليست من نوع LoRA ولا أثر لها.</numerusform>
            <numerusform>%n وصف يسمّي شبكات، مثل %2 في الصف %1، ليست من نوع LoRA ولا أثر لها.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Generate, after %n run(s)</source>
        <translation>
            <numerusform>توليد</numerusform>
            <numerusform>توليد، بعد تشغيل واحد</numerusform>
            <numerusform>توليد، بعد تشغيلين</numerusform>
            <numerusform>توليد، بعد %n عمليات تشغيل</numerusform>
            <numerusform>توليد، بعد %n عملية تشغيل</numerusform>
            <numerusform>توليد، بعد %n عملية تشغيل</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>quiet until %1</source>
        <translation>هدوء حتى %1</translation>
    </message>
    <message>
        <source>, </source>
        <translation>، </translation>
    </message>
    <message>
        <source>All devices are switched off; switch one on in the Devices pane.</source>
        <translation>لا جهاز يشارك في التشغيل؛ فعّل واحدًا في لوحة الأجهزة.</translation>
    </message>
    <message>
        <source>A run is in progress. Keep it running?</source>
        <translation>هناك تشغيل جارٍ. هل يستمر؟</translation>
    </message>
    <message>
        <source>It does not need the window: when you open Fanlight again, it shows the run&apos;s progress.</source>
        <translation>لا يحتاج إلى نافذة: عند فتح Fanlight من جديد يُظهر إلى أين وصل التشغيل.</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>دعه يستمر</translation>
    </message>
    <message numerus="yes">
        <source>%n prompt(s) make several identical images, since every row has the same seed.</source>
        <translation>
            <numerusform>%n prompt(s) make several images that are all alike, since every row has the same seed.</numerusform>
            <numerusform>يُنتج وصف واحد عدة صور متشابهة كلها، لأن لكل صف البذرة نفسها.</numerusform>
            <numerusform>يُنتج وصفان عدة صور متشابهة كلها، لأن لكل صف البذرة نفسها.</numerusform>
            <numerusform>تُنتج %n أوصاف عدة صور متشابهة كلها، لأن لكل صف البذرة نفسها.</numerusform>
            <numerusform>يُنتج %n وصفًا عدة صور متشابهة كلها، لأن لكل صف البذرة نفسها.</numerusform>
            <numerusform>يُنتج %n وصف عدة صور متشابهة كلها، لأن لكل صف البذرة نفسها.</numerusform>
        </translation>
    </message>
    <message>
        <source>The same run is already queued or running, and nothing has changed since.</source>
        <translation>هذه القائمة في الانتظار أو قيد الصنع أصلًا، ولم يتغير فيها شيء منذ ذلك.</translation>
    </message>
    <message>
        <source>Run it again</source>
        <translation>اصنعها مرة أخرى</translation>
    </message>
    <message numerus="yes">
        <source>%n cancelled</source>
        <translation>
            <numerusform>لم يُترك شيء</numerusform>
            <numerusform>تُركت واحدة</numerusform>
            <numerusform>تُركت اثنتان</numerusform>
            <numerusform>تُركت %n</numerusform>
            <numerusform>تُركت %n</numerusform>
            <numerusform>تُركت %n</numerusform>
        </translation>
    </message>
    <message>
        <source>This row</source>
        <translation>هذا الصف</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::RunModel</name>
    <message>
        <source>Waiting</source>
        <translation>في الانتظار</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>متوقف مؤقتًا</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>اكتمل</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>ملغى</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>فشل</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>انقطع</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 من %2</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>State</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>الوقت الباقي</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>بقي نحو %1</translation>
    </message>
    <message>
        <source>, </source>
        <translation>، </translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 رمزًا/ثانية</translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>لم يفشل شيء</numerusform>
            <numerusform>فشل واحد</numerusform>
            <numerusform>فشل اثنان</numerusform>
            <numerusform>فشلت %n</numerusform>
            <numerusform>فشل %n</numerusform>
            <numerusform>فشل %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Quiet until %1</source>
        <translation>هدوء حتى %1</translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>لا تحذيرات</numerusform>
            <numerusform>تحذير واحد</numerusform>
            <numerusform>تحذيران</numerusform>
            <numerusform>%n تحذيرات</numerusform>
            <numerusform>%n تحذيرًا</numerusform>
            <numerusform>%n تحذير</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>صُنعت</translation>
    </message>
    <message numerus="yes">
        <source>%n cancelled</source>
        <translation>
            <numerusform>لم يُترك شيء</numerusform>
            <numerusform>تُركت واحدة</numerusform>
            <numerusform>تُركت اثنتان</numerusform>
            <numerusform>تُركت %n</numerusform>
            <numerusform>تُركت %n</numerusform>
            <numerusform>تُركت %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fanlight::ui::SecondPromptsField</name>
    <message>
        <source>the prompt</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>What the second text encoder reads in place of every prompt, without prefix, suffix and styles. A row&apos;s own second prompt replaces this one.</source>
        <translation>ما يقرؤه مرمّز النصوص الثاني بدل كل وصف، من غير بادئة ولا لاحقة ولا أنماط. يحل الوصف الثاني الخاص بالصف محله.</translation>
    </message>
    <message>
        <source>the negative prompt</source>
        <translation>الوصف السلبي</translation>
    </message>
    <message>
        <source>What the second text encoder reads in place of the negative prompt.</source>
        <translation>ما يقرؤه مرمّز النصوص الثاني بدل الوصف السلبي.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::Section</name>
    <message>
        <source>Open</source>
        <translation>مفتوح</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>مغلق</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::SeedField</name>
    <message>
        <source>A random seed for each run</source>
        <translation>بذرة عشوائية لكل تشغيل</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>عشوائية</translation>
    </message>
    <message>
        <source>Reuse the last run&apos;s seed</source>
        <translation>أخذ بذرة التشغيل الأخير</translation>
    </message>
    <message>
        <source>Reuse the last run&apos;s seed: %1</source>
        <translation>أخذ بذرة التشغيل الأخير: %1</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>Output folder</source>
        <translation>مجلد الإخراج</translation>
    </message>
    <message>
        <source>File names</source>
        <translation>أسماء الملفات</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>فاتح</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>داكن</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>الألوان</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>اللغة</translation>
    </message>
    <message>
        <source>Tell me when a run ends</source>
        <translation>أعلمني عند انتهاء التشغيل</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>كسطح المكتب</translation>
    </message>
    <message>
        <source>Keep the computer awake during a run</source>
        <translation>إبقاء الحاسوب يقظًا أثناء التشغيل</translation>
    </message>
    <message>
        <source>[index] [row] [seed] [prompt] [steps] [cfg] [width] [height]
[sampler] [schedule] [model] are replaced by the image&apos;s values.</source>
        <translation>تنوب ‎[index] [row] [seed] [prompt] [steps] [cfg]
[width] [height] [sampler] [schedule] [model]‎ عن قيم الصورة.</translation>
    </message>
    <message>
        <source>The language changes when you restart Fanlight.</source>
        <translation>تظهر لغة أخرى عند تشغيل Fanlight من جديد.</translation>
    </message>
    <message>
        <source>More models in</source>
        <translation>نماذج أخرى في</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::SizeField</name>
    <message>
        <source>Width in pixels</source>
        <translation>العرض بالبكسل</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>الارتفاع بالبكسل</translation>
    </message>
    <message>
        <source>Own size</source>
        <translation>حجم خاص</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>الشكل</translation>
    </message>
    <message>
        <source>Swap width and height</source>
        <translation>تبديل العرض والارتفاع</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ViewerWindow</name>
    <message>
        <source>Rejected</source>
        <translation>مرفوضة</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>العارض</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>الصورة</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>التقييم</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>الصورة السابقة</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>الصورة التالية</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>أصغر</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>أكبر</translation>
    </message>
    <message>
        <source>Whole image or actual pixels</source>
        <translation>الصورة كاملة أو بحجمها الحقيقي</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>ملء الشاشة</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 من %2</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::WelcomePage</name>
    <message>
        <source>a sunflower</source>
        <translation>عباد الشمس</translation>
    </message>
    <message>
        <source>Fanlight comes with a small model that has learnt the emoji. It runs on any computer, and shows in seconds how everything works.</source>
        <translation>يأتي Fanlight مع نموذج صغير تعلّم رسوم الإيموجي. يعمل على أي حاسوب، ويُظهر في ثوانٍ كيف يعمل كل شيء.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>a rocket</source>
        <translation>صاروخ</translation>
    </message>
    <message>
        <source>a red apple</source>
        <translation>تفاحة حمراء</translation>
    </message>
    <message>
        <source>a butterfly</source>
        <translation>فراشة</translation>
    </message>
    <message>
        <source>a castle</source>
        <translation>قلعة</translation>
    </message>
    <message>
        <source>Make your first image</source>
        <translation>اصنع صورتك الأولى</translation>
    </message>
    <message>
        <source>Make the image</source>
        <translation>اصنع الصورة</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>المتابعة من دونها</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ImportDialog</name>
    <message>
        <source>Columns of the list</source>
        <translation>أعمدة القائمة</translation>
    </message>
    <message>
        <source>What is missing</source>
        <translation>ما ينقص</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>استيراد</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>العمود</translation>
    </message>
    <message>
        <source>First value</source>
        <translation>أول قيمة</translation>
    </message>
    <message>
        <source>Sets</source>
        <translation>يضبط</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>العرض</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>الارتفاع</translation>
    </message>
    <message>
        <source>What %1 sets</source>
        <translation>ما يضبطه %1</translation>
    </message>
    <message>
        <source>Two columns set the same: %1.</source>
        <translation>عمودان يضبطان الشيء نفسه: %1.</translation>
    </message>
    <message>
        <source>Choose the column that holds the prompts.</source>
        <translation>اختر العمود الذي يحوي الأوصاف.</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>الأعمدة</translation>
    </message>
    <message>
        <source>Fanlight does not know some of the columns. Choose what each of them sets.</source>
        <translation>لبعض الأعمدة أسماء لا يعرفها Fanlight. حدّد ما يضبطه كل منها.</translation>
    </message>
    <message>
        <source>Nothing: ignore it</source>
        <translation>لا شيء: اتركه</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::SelectionEdit</name>
    <message numerus="yes">
        <source>%n value(s) were copied; copy one, or select as many rows.</source>
        <translation>
            <numerusform>لم تُنسخ أي قيمة.</numerusform>
            <numerusform>نُسخت قيمة واحدة؛ حدّد صفًا واحدًا.</numerusform>
            <numerusform>نُسخت قيمتان؛ انسخ قيمة واحدة، أو حدّد صفين.</numerusform>
            <numerusform>نُسخت %n قيم؛ انسخ قيمة واحدة، أو حدّد العدد نفسه من الصفوف.</numerusform>
            <numerusform>نُسخت %n قيمة؛ انسخ قيمة واحدة، أو حدّد العدد نفسه من الصفوف.</numerusform>
            <numerusform>نُسخت %n قيمة؛ انسخ قيمة واحدة، أو حدّد العدد نفسه من الصفوف.</numerusform>
        </translation>
    </message>
    <message>
        <source>Paste values</source>
        <translation>لصق القيم</translation>
    </message>
    <message>
        <source>There are more cells than columns; show more columns, or start further left.</source>
        <translation>الخلايا المنسوخة في كل سطر أكثر من الأعمدة؛ أظهر أعمدة أخرى، أو ابدأ من عمود أسبق.</translation>
    </message>
    <message>
        <source>Empty text: %1</source>
        <translation>نص فارغ: %1</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ShownRows</name>
    <message>
        <source>Rows cannot be moved while they are sorted or filtered.</source>
        <translation>اعرض كل الصفوف بترتيب القائمة قبل نقل بعضها: إنها مفروزة أو مُصفّاة.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ValueDialog</name>
    <message numerus="yes">
        <source>Set a value in %n row(s)</source>
        <translation>
            <numerusform>ضبط قيمة</numerusform>
            <numerusform>ضبط قيمة في صف واحد</numerusform>
            <numerusform>ضبط قيمة في صفين</numerusform>
            <numerusform>ضبط قيمة في %n صفوف</numerusform>
            <numerusform>ضبط قيمة في %n صفًا</numerusform>
            <numerusform>ضبط قيمة في %n صف</numerusform>
        </translation>
    </message>
    <message>
        <source>Value</source>
        <translation>القيمة</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>العمود</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>ضبط</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>The rows have different values</source>
        <translation>للصفوف قيم مختلفة</translation>
    </message>
    <message>
        <source>The value</source>
        <translation>القيمة</translation>
    </message>
    <message>
        <source>Empty: use the parameters</source>
        <translation>فارغ: ما تقوله المعاملات</translation>
    </message>
</context>
<context>
    <name>RunTitle</name>
    <message>
        <source>%1, %2</source>
        <translation>%1، %2</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::LogModel</name>
    <message>
        <source>Information</source>
        <translation>معلومة</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>تحذير</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>خطأ</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>الوقت</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>المستوى</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>الرسالة</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::LogWindow</name>
    <message>
        <source>Log of %1</source>
        <translation>سجل %1</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>السجل</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>نسخ الكل</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::QueueSettingsBox</name>
    <message>
        <source>Queue</source>
        <translation>قائمة الانتظار</translation>
    </message>
    <message>
        <source>and</source>
        <translation>و</translation>
    </message>
    <message>
        <source>Quiet hours begin</source>
        <translation>بداية ساعات الهدوء</translation>
    </message>
    <message>
        <source>Quiet hours end</source>
        <translation>نهاية ساعات الهدوء</translation>
    </message>
    <message>
        <source>Temperature limit of GPUs</source>
        <translation>حد حرارة معالجات الرسوم</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>بلا حد</translation>
    </message>
    <message>
        <source> °C</source>
        <translation> °م</translation>
    </message>
    <message>
        <source>After each run</source>
        <translation>بعد كل تشغيل</translation>
    </message>
    <message>
        <source>After the queue</source>
        <translation>بعد انتهاء القائمة</translation>
    </message>
    <message>
        <source>a shell command</source>
        <translation>أمر للصدفة</translation>
    </message>
    <message>
        <source>Executed unless you cancel the run. FANLIGHT_RUN_FOLDER, FANLIGHT_RUN_NAME, FANLIGHT_RUN_STATE,
FANLIGHT_RUN_DONE, FANLIGHT_RUN_FAILED and FANLIGHT_RUN_TOTAL are in its environment.
What it prints is kept with the logs of the run.</source>
        <translation>يُنفَّذ ما لم تلغِ التشغيل. في بيئته FANLIGHT_RUN_FOLDER وFANLIGHT_RUN_NAME وFANLIGHT_RUN_STATE
وFANLIGHT_RUN_DONE وFANLIGHT_RUN_FAILED وFANLIGHT_RUN_TOTAL.
يُحفظ ما يطبعه مع سجلات التشغيل.</translation>
    </message>
    <message>
        <source>Resume runs automatically after a crash or restart</source>
        <translation>استئناف عمليات التشغيل تلقائيًا بعد عطل أو إعادة تشغيل</translation>
    </message>
    <message>
        <source>Start nothing new between</source>
        <translation>عدم بدء شيء جديد بين</translation>
    </message>
    <message>
        <source>A hotter GPU starts nothing new until it has cooled down by 5 °C.</source>
        <translation>المعالج الأسخن لا يبدأ شيئًا جديدًا حتى يبرد 5 درجات.</translation>
    </message>
    <message>
        <source>Power limit of GPUs</source>
        <translation>حد استهلاك معالجات الرسوم للطاقة</translation>
    </message>
    <message>
        <source> W</source>
        <translation> واط</translation>
    </message>
    <message>
        <source>A GPU that has drawn more on average over the last minute starts nothing new until that is 5 % lower.</source>
        <translation>المعالج الذي زاد متوسط استهلاكه في الدقيقة الأخيرة على الحد لا يبدأ شيئًا جديدًا حتى ينخفض عنه 5 %.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::GalleryFeed</name>
    <message>
        <source>No image of this run is in the trash.</source>
        <translation>لا صور من هذا التشغيل في المهملات.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::KeepBestDialog</name>
    <message>
        <source>Keep the best</source>
        <translation>الاحتفاظ بالأفضل</translation>
    </message>
    <message numerus="yes">
        <source>%n star(s)</source>
        <translation>
            <numerusform>بلا نجوم</numerusform>
            <numerusform>نجمة واحدة</numerusform>
            <numerusform>نجمتان</numerusform>
            <numerusform>%n نجوم</numerusform>
            <numerusform>%n نجمة</numerusform>
            <numerusform>%n نجمة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n star(s) or more</source>
        <translation>
            <numerusform>كل التقييمات</numerusform>
            <numerusform>نجمة فأكثر</numerusform>
            <numerusform>نجمتان فأكثر</numerusform>
            <numerusform>%n نجوم فأكثر</numerusform>
            <numerusform>%n نجمة فأكثر</numerusform>
            <numerusform>%n نجمة فأكثر</numerusform>
        </translation>
    </message>
    <message>
        <source>What will happen</source>
        <translation>ما سيحدث</translation>
    </message>
    <message>
        <source>&amp;Keep images with</source>
        <translation>الا&amp;حتفاظ بالصور ذات</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) kept</source>
        <translation>
            <numerusform>لا تبقى أي صورة</numerusform>
            <numerusform>تبقى صورة واحدة</numerusform>
            <numerusform>تبقى صورتان</numerusform>
            <numerusform>تبقى %n صور</numerusform>
            <numerusform>تبقى %n صورة</numerusform>
            <numerusform>تبقى %n صورة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) moved to the trash</source>
        <translation>
            <numerusform>لا تُنقل أي صورة إلى المهملات</numerusform>
            <numerusform>تُنقل صورة واحدة إلى المهملات</numerusform>
            <numerusform>تُنقل صورتان إلى المهملات</numerusform>
            <numerusform>تُنقل %n صور إلى المهملات</numerusform>
            <numerusform>تُنقل %n صورة إلى المهملات</numerusform>
            <numerusform>تُنقل %n صورة إلى المهملات</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, %n of them unrated</source>
        <translation>
            <numerusform>، كلها مقيّمة</numerusform>
            <numerusform>، واحدة منها بلا تقييم</numerusform>
            <numerusform>، اثنتان منها بلا تقييم</numerusform>
            <numerusform>، %n منها بلا تقييم</numerusform>
            <numerusform>، %n منها بلا تقييم</numerusform>
            <numerusform>، %n منها بلا تقييم</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %n image(s) to the trash</source>
        <translation>
            <numerusform>لا شيء للنقل إلى المهملات</numerusform>
            <numerusform>نقل صورة واحدة إلى المهملات</numerusform>
            <numerusform>نقل صورتين إلى المهملات</numerusform>
            <numerusform>نقل %n صور إلى المهملات</numerusform>
            <numerusform>نقل %n صورة إلى المهملات</numerusform>
            <numerusform>نقل %n صورة إلى المهملات</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The best of the %n selected image(s) are kept; the rest are moved to the trash.</source>
        <translation>
            <numerusform>لا صور محددة.</numerusform>
            <numerusform>الصورة المحددة تبقى إن كانت من الأفضل، وإلا نُقلت إلى المهملات.</numerusform>
            <numerusform>من الصورتين المحددتين تبقى الأفضل وتُنقل الأخرى إلى المهملات.</numerusform>
            <numerusform>من الصور المحددة، وعددها %n، تبقى الأفضل ويُنقل الباقي إلى المهملات.</numerusform>
            <numerusform>من الصور المحددة، وعددها %n، تبقى الأفضل ويُنقل الباقي إلى المهملات.</numerusform>
            <numerusform>من الصور المحددة، وعددها %n، تبقى الأفضل ويُنقل الباقي إلى المهملات.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The best of the %n image(s) in the gallery&apos;s current view are kept; the rest are moved to the trash.</source>
        <translation>
            <numerusform>لا صور معروضة في المعرض.</numerusform>
            <numerusform>الصورة المعروضة في المعرض تبقى إن كانت من الأفضل، وإلا نُقلت إلى المهملات.</numerusform>
            <numerusform>من الصورتين المعروضتين في المعرض تبقى الأفضل وتُنقل الأخرى إلى المهملات.</numerusform>
            <numerusform>من الصور المعروضة في المعرض، وعددها %n، تبقى الأفضل ويُنقل الباقي إلى المهملات.</numerusform>
            <numerusform>من الصور المعروضة في المعرض، وعددها %n، تبقى الأفضل ويُنقل الباقي إلى المهملات.</numerusform>
            <numerusform>من الصور المعروضة في المعرض، وعددها %n، تبقى الأفضل ويُنقل الباقي إلى المهملات.</numerusform>
        </translation>
    </message>
    <message>
        <source>No image has that many stars. First rate the ones to keep with the keys 1 to 5.</source>
        <translation>لا صورة لها هذا العدد من النجوم. قيّم أولًا ما تريد الاحتفاظ به بالمفاتيح من 1 إلى 5.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::Trash</name>
    <message numerus="yes">
        <source>%n image(s) could not be moved to the trash and stay where they are. The first is %1.</source>
        <translation>
            <numerusform>نُقلت كل الصور إلى المهملات.</numerusform>
            <numerusform>تعذّر نقل صورة واحدة إلى المهملات فبقيت مكانها: %1.</numerusform>
            <numerusform>تعذّر نقل صورتين إلى المهملات فبقيتا مكانهما. أولاهما %1.</numerusform>
            <numerusform>تعذّر نقل %n صور إلى المهملات فبقيت مكانها. أولاها %1.</numerusform>
            <numerusform>تعذّر نقل %n صورة إلى المهملات فبقيت مكانها. أولاها %1.</numerusform>
            <numerusform>تعذّر نقل %n صورة إلى المهملات فبقيت مكانها. أولاها %1.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 could not be restored; it is in the trash as %2.</source>
        <translation>تعذّرت إعادة %1؛ وهي في المهملات باسم %2.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::WindowMenus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;ملف</translation>
    </message>
    <message>
        <source>&amp;New project</source>
        <translation>مشروع &amp;جديد</translation>
    </message>
    <message>
        <source>&amp;Open a project…</source>
        <translation>&amp;فتح مشروع…</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;حفظ</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>حفظ &amp;باسم…</translation>
    </message>
    <message>
        <source>Open a &amp;run folder…</source>
        <translation>فتح مجلد ت&amp;شغيل…</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>الإ&amp;عدادات…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>إ&amp;نهاء</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;تحرير</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>إعادة</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>ت&amp;شغيل</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;عرض</translation>
    </message>
    <message>
        <source>Go to the &amp;prompt</source>
        <translation>الانتقال إلى &amp;الوصف</translation>
    </message>
    <message>
        <source>&amp;Reset the layout</source>
        <translation>إعادة التخطيط ال&amp;أصلي</translation>
    </message>
    <message>
        <source>Open re&amp;cent</source>
        <translation>فتح ال&amp;حديثة</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>لا شيء بعد</translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation>إفراغ القائمة</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>م&amp;ساعدة</translation>
    </message>
    <message>
        <source>&amp;Manual</source>
        <translation>&amp;الدليل</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>ا&amp;ختصارات لوحة المفاتيح</translation>
    </message>
    <message>
        <source>&amp;About Fanlight</source>
        <translation>&amp;حول Fanlight</translation>
    </message>
    <message>
        <source>About Fanlight</source>
        <translation>حول Fanlight</translation>
    </message>
    <message>
        <source>Fanlight %1

Large batches of images and texts from prompt lists, on every device of a workstation.</source>
        <translation>Fanlight %1

دفعات كبيرة من الصور والنصوص من قوائم الأوصاف، على كل أجهزة محطة العمل.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PlacementOptions</name>
    <message>
        <source>Stages</source>
        <translation>المراحل</translation>
    </message>
    <message>
        <source>Pipelines</source>
        <translation>السلاسل</translation>
    </message>
    <message>
        <source>Chunks</source>
        <translation>الأجزاء</translation>
    </message>
    <message>
        <source>What to expect</source>
        <translation>المتوقع</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>تلقائي</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>من ملف…</translation>
    </message>
    <message>
        <source>Device map</source>
        <translation>خريطة الأجهزة</translation>
    </message>
    <message>
        <source>Device maps (*.json)</source>
        <translation>خرائط أجهزة ‏(*.json)</translation>
    </message>
    <message>
        <source>Memory limits</source>
        <translation>حدود الذاكرة</translation>
    </message>
    <message>
        <source>Stages of each pipeline; automatic: divided among the devices.</source>
        <translation>أجزاء كل سلسلة؛ تلقائي: تُقسَّم الأجهزة عليها.</translation>
    </message>
    <message>
        <source>Copies of the model in parallel; automatic: as many as fit on the devices.</source>
        <translation>نسخ النموذج جنبًا إلى جنب؛ تلقائي: بقدر ما تسع الأجهزة.</translation>
    </message>
    <message>
        <source>Micro-batches in flight; automatic: one per stage.</source>
        <translation>الدفعات الصغيرة الجارية معًا؛ تلقائي: بعدد المراحل.</translation>
    </message>
    <message>
        <source>Problem with the options</source>
        <translation>الخطأ في الخيارات</translation>
    </message>
    <message>
        <source>How parts are assigned to devices: balanced, filled one after the other, or by a JSON file.</source>
        <translation>أي جهاز يحمل أي جزء: بالتوازن، أو بملء الأجهزة واحدًا بعد آخر، أو كما يقول ملف JSON.</translation>
    </message>
    <message>
        <source>free memory</source>
        <translation>الذاكرة المتاحة</translation>
    </message>
    <message>
        <source>Limit for the model&apos;s weights on each device, such as cuda:0=10GB,cpu=30GB. A sharded model uses only the devices you name.</source>
        <translation>أقصى حجم لأوزان النموذج على كل جهاز، مثل cuda:0=10GB,cpu=30GB. إذا وُزّع النموذج فلا تُستعمل الأجهزة غير المذكورة.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::KeysDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>اختصارات لوحة المفاتيح</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>الأمر</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>المفاتيح</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::UnsavedChanges</name>
    <message>
        <source>%1 cannot be written</source>
        <translation>تعذّرت الكتابة في %1</translation>
    </message>
    <message>
        <source>Unsaved changes are not backed up: %1.</source>
        <translation>ما لم يُحفظ يضيع مع هذه النافذة: %1.</translation>
    </message>
    <message>
        <source>Unsaved prompts cannot be read; they are kept as %1.</source>
        <translation>تعذّرت قراءة الأوصاف التي لم تُحفظ؛ وهي محفوظة باسم %1.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::PresetMenu</name>
    <message>
        <source>No presets yet</source>
        <translation>لا إعدادات محفوظة بعد</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>حفظ الإعدادات الحالية…</translation>
    </message>
    <message>
        <source>Delete a preset</source>
        <translation>حذف إعدادات محفوظة</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>حفظ الإعدادات</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
</context>
<context>
    <name>Parameter</name>
    <message>
        <source>Timesteps</source>
        <translation>الخطوات الزمنية</translation>
    </message>
    <message>
        <source>Variation strength</source>
        <translation>قوة التنويع</translation>
    </message>
    <message>
        <source>Variation seed</source>
        <translation>بذرة التنويع</translation>
    </message>
    <message>
        <source>Model&apos;s default</source>
        <translation>كما في النموذج</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>الوصف</translation>
    </message>
    <message>
        <source>Negative prompt</source>
        <translation>الوصف السلبي</translation>
    </message>
    <message>
        <source>Second prompt</source>
        <translation>الوصف الثاني</translation>
    </message>
    <message>
        <source>Second negative prompt</source>
        <translation>الوصف السلبي الثاني</translation>
    </message>
    <message>
        <source>Prefix</source>
        <translation>البادئة</translation>
    </message>
    <message>
        <source>Suffix</source>
        <translation>اللاحقة</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>البذرة</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>الخطوات</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>الحجم</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>العرض</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>الارتفاع</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>التوجيه</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>طريقة العينات</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>الجدول</translation>
    </message>
    <message>
        <source>CLIP skip</source>
        <translation>تخطي CLIP</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>الصور</translation>
    </message>
    <message>
        <source>Literal</source>
        <translation>حرفي</translation>
    </message>
    <message>
        <source>Emphasis</source>
        <translation>التشديد</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>النموذج</translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation>التنبؤ</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>الدقة</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>حجم الدفعة</translation>
    </message>
    <message>
        <source>Styles</source>
        <translation>الأنماط</translation>
    </message>
    <message>
        <source>Original size</source>
        <translation>الحجم الأصلي</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>موضع القص</translation>
    </message>
    <message>
        <source>Eta</source>
        <translation>إيتا</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>الإزاحة</translation>
    </message>
    <message>
        <source>True CFG scale</source>
        <translation>مقياس CFG الحقيقي</translation>
    </message>
    <message>
        <source>Guidance rescale</source>
        <translation>تعديل التوجيه</translation>
    </message>
    <message>
        <source>Guidance ends</source>
        <translation>نهاية التوجيه</translation>
    </message>
    <message>
        <source>LoRAs</source>
        <translation>ملفات LoRA</translation>
    </message>
    <message>
        <source>VAE</source>
        <translation>VAE</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>الشبكة</translation>
    </message>
    <message>
        <source>VAE tiling</source>
        <translation>VAE بالقطع</translation>
    </message>
    <message>
        <source>Refiner</source>
        <translation>المُحسِّن</translation>
    </message>
    <message>
        <source>Refiner takes over at</source>
        <translation>يتولى المُحسِّن عند</translation>
    </message>
    <message>
        <source>Text encoder</source>
        <translation>مرمّز النص</translation>
    </message>
    <message>
        <source>Packed weights</source>
        <translation>الأوزان المضغوطة</translation>
    </message>
    <message>
        <source>Text encoder's device</source>
        <translation>جهاز مرمّز النص</translation>
    </message>
    <message>
        <source>Devices in pairs</source>
        <translation>الأجهزة أزواجًا</translation>
    </message>
    <message>
        <source>Encoded prompts</source>
        <translation>الموجّهات المرمَّزة</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::FolderField</name>
    <message>
        <source>%1 is not a full path; begin with a slash.</source>
        <translation>‏%1 ليس مسارًا كاملًا؛ ابدأ بشرطة مائلة.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>اختيار مجلد…</translation>
    </message>
    <message>
        <source>The folder %1 cannot be created; choose another one.</source>
        <translation>تعذّر إنشاء المجلد %1؛ اختر مجلدًا آخر.</translation>
    </message>
    <message>
        <source>%1 cannot be written to (%2); choose another folder.</source>
        <translation>تعذّرت الكتابة في %1 (%2)؛ اختر مجلدًا آخر.</translation>
    </message>
    <message>
        <source>Problem with the folder</source>
        <translation>الخطأ في المجلد</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ManualPage</name>
    <message>
        <source>Page</source>
        <translation>الصفحة</translation>
    </message>
    <message>
        <source>The page %1 of the manual is missing. Install Fanlight again to bring it back.</source>
        <translation>الصفحة %1 من الدليل مفقودة. أعد تثبيت Fanlight لاستعادتها.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ManualWindow</name>
    <message>
        <source>Manual</source>
        <translation>الدليل</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>إلى الأمام</translation>
    </message>
    <message>
        <source>First page</source>
        <translation>الصفحة الأولى</translation>
    </message>
    <message>
        <source>Find in the page</source>
        <translation>ابحث في الصفحة</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>المطابقة السابقة</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>المطابقة التالية</translation>
    </message>
    <message>
        <source>Not on this page</source>
        <translation>لا يوجد في هذه الصفحة</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::StyleField</name>
    <message>
        <source>none</source>
        <translation>بلا نمط</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>ابحث في الأنماط</translation>
    </message>
    <message>
        <source>Select styles</source>
        <translation>اختيار الأنماط</translation>
    </message>
    <message>
        <source>No styles found; Help tells where they are kept.</source>
        <translation>لا توجد أنماط؛ يبيّن الدليل أين تُحفظ.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ModelFoldersBox</name>
    <message>
        <source>More models in</source>
        <translation>نماذج أخرى في</translation>
    </message>
    <message>
        <source>Remove the selected folder</source>
        <translation>إزالة المجلد المحدد</translation>
    </message>
    <message>
        <source>Folders with models and LoRAs, also those of ComfyUI, AUTOMATIC1111, Forge or SwarmUI</source>
        <translation>مجلدات فيها نماذج وملفات LoRA، ومنها مجلدات ComfyUI وAUTOMATIC1111 وForge وSwarmUI</translation>
    </message>
    <message>
        <source>Add a folder with models</source>
        <translation>إضافة مجلد فيه نماذج</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ComponentPicker</name>
    <message>
        <source>Folder…</source>
        <translation>مجلد…</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>ملف…</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.gguf)</source>
        <translation>أوزان (*.safetensors *.gguf)</translation>
    </message>
    <message>
        <source>Select a file or folder for: %1</source>
        <translation>اختيار ملف أو مجلد لأجل: %1</translation>
    </message>
    <message>
        <source>Model's own</source>
        <translation>الذي في النموذج</translation>
    </message>
    <message>
        <source>None</source>
        <translation>بلا</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ComputationFields</name>
    <message>
        <source>Automatic</source>
        <translation>تلقائي</translation>
    </message>
    <message>
        <source>Images that a device makes at once. It is part of the recipe: another batch size may change pixels slightly.</source>
        <translation>عدد الصور التي يصنعها الجهاز معًا. هو جزء من الوصفة: قد يغيّر حجم آخر البكسلات قليلًا.</translation>
    </message>
    <message>
        <source>Automatic: 16 bits on GPUs, float32 on a CPU. float32 is exact; tf32 rounds it for products and is for GPUs; the 16-bit formats halve the memory and are faster on GPUs.</source>
        <translation>تلقائي: 16 بت على بطاقات الرسوم و float32 على المعالج. float32 هي الدقيقة؛ و tf32 تقرّبها عند الضرب وهي لبطاقات الرسوم؛ وصيغ 16 بت تحتاج نصف الذاكرة وهي أسرع على بطاقات الرسوم.</translation>
    </message>
    <message>
        <source>Go on in tiles and smaller batches</source>
        <translation>المتابعة بالقطع وبدفعات أصغر</translation>
    </message>
    <message>
        <source>When memory runs out</source>
        <translation>عند نفاد الذاكرة</translation>
    </message>
    <message>
        <source>A run first does what changes no pixel. If no device can make an image even so, the rest of the run is made in tiles, then in smaller batches, which may change pixels slightly. Otherwise the image fails.</source>
        <translation>يبدأ التشغيل بما لا يغيّر أي بكسل. فإن لم يستطع أي جهاز صنع صورة مع ذلك، صُنع باقي التشغيل قطعة قطعة ثم بدفعات أصغر، وقد يغيّر هذا البكسلات قليلًا. وإلا فشلت الصورة.</translation>
    </message>
    <message>
        <source>Dequantised when loaded</source>
        <translation>مفكوكة عند التحميل</translation>
    </message>
    <message>
        <source>Packed as in the file</source>
        <translation>مضغوطة كما في الملف</translation>
    </message>
    <message>
        <source>Weights that a file holds packed, as GGUF or in 8 bits, can stay so in memory: that takes far less of it, and some time at each step. Automatic: where dequantised ones would not fit. It changes no pixel.</source>
        <translation>الأوزان المضغوطة في ملفها، بصيغة GGUF أو 8 بت، يمكن أن تبقى كذلك في الذاكرة: تحتاج منها أقل بكثير، وبعض الوقت في كل خطوة. تلقائي: حيث لا تتسع الذاكرة للمفكوكة. لا يغيّر هذا أي بكسل.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::ComponentFields</name>
    <message>
        <source>What draws the images in place of the model's own, such as one that needs few steps.</source>
        <translation>ما يرسم الصور بدل شبكة النموذج، مثل شبكة تكفيها خطوات قليلة.</translation>
    </message>
    <message>
        <source>What makes pixels of what the network has drawn. Another VAE can bring out colours or details; TAESD is a fast one.</source>
        <translation>ما يصنع البكسلات مما رسمته الشبكة. قد يُظهر VAE آخر ألوانًا أو تفاصيل أفضل؛ وTAESD سريع.</translation>
    </message>
    <message>
        <source>Decode large images in tiles</source>
        <translation>فك ترميز الصور الكبيرة قطعة قطعة</translation>
    </message>
    <message>
        <source>Makes the pixels of images that are larger than the model was trained for piece by piece: in far less memory, with slightly other colours.</source>
        <translation>يصنع بكسلات الصور التي تفوق الحجم الذي دُرّب عليه النموذج جزءًا بعد جزء: بذاكرة أقل بكثير وبألوان مختلفة قليلًا.</translation>
    </message>
    <message>
        <source>What reads the prompts. It must have been made for models of the same kind.</source>
        <translation>ما يقرأ الأوصاف. يجب أن يكون مصنوعًا لنماذج من النوع نفسه.</translation>
    </message>
    <message>
        <source>Second text encoder</source>
        <translation>مرمّز النص الثاني</translation>
    </message>
    <message>
        <source>A second model that takes the last steps of each image: Stable Diffusion XL's refiner, which adds detail.</source>
        <translation>نموذج ثانٍ يتولى آخر خطوات كل صورة: مُحسِّن Stable Diffusion XL، وهو يضيف التفاصيل.</translation>
    </message>
    <message>
        <source>The share of the noise that is gone when the refiner takes over. At 1 it never does.</source>
        <translation>نسبة الضجيج التي زالت حين يتولى المُحسِّن. عند 1 لا يتولى أبدًا.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::VariationField</name>
    <message>
        <source>A second seed, whose noise is mixed into the first one&apos;s. It counts up from image to image, also where the seed stays the same.</source>
        <translation>بذرة ثانية يُمزج تشويشها بتشويش الأولى. تتزايد من صورة إلى أخرى، ولو بقيت البذرة الأولى كما هي.</translation>
    </message>
    <message>
        <source>The second seed&apos;s share of the noise: a little makes variations of an image.</source>
        <translation>حصة البذرة الثانية من التشويش: قليل منها يصنع تنويعات للصورة.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::EmphasisField</name>
    <message>
        <source>Take prompts literally</source>
        <translation>خذ الأوصاف حرفيًا</translation>
    </message>
    <message>
        <source>How weights such as (this:1.3) act. Original keeps the mean of all words, No norm does not, which can suit Stable Diffusion XL; Ignore reads the words without their weights, None the brackets, too.</source>
        <translation>أثر الأوزان مثل ⁦(this:1.3)⁩. يحفظ Original متوسط الكلمات كلها، ولا يحفظه No norm، وقد يناسب ذلك Stable Diffusion XL؛ ويقرأ Ignore الكلمات بلا أوزانها، ويقرأ None الأقواس أيضًا.</translation>
    </message>
    <message>
        <source>Brackets such as (this:1.3) and [this:that:10] are then plain text, and prompts are cut at the model&apos;s limit. Otherwise they are weights and schedules, and long prompts are read whole.</source>
        <translation>عندئذ تكون الأقواس مثل ⁦(this:1.3)⁩ و⁦[this:that:10]⁩ نصًا عاديًا، ويُقصّ ما لا يقرؤه النموذج دفعة واحدة. وإلا فهي أوزان وتغييرات، وتُقرأ الأوصاف الطويلة كاملة.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::EncoderFields</name>
    <message>
        <source>Two for each image</source>
        <translation>اثنان لكل صورة</translation>
    </message>
    <message>
        <source>The GPUs that are switched on work in pairs, in their order: at each guided step the second one makes the half for the negative prompt, so that an image is ready sooner. It changes no pixel.</source>
        <translation>تعمل بطاقات الرسوم المُشغَّلة أزواجًا بترتيبها: في كل خطوة موجَّهة تصنع الثانية النصف الخاص بالوصف السلبي، فتكتمل الصورة أسرع. لا يغيّر هذا أي بكسل.</translation>
    </message>
    <message>
        <source>Keep them for later runs</source>
        <translation>الاحتفاظ بها للتشغيلات التالية</translation>
    </message>
    <message>
        <source>Beside the network</source>
        <translation>بجانب الشبكة</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>المعالج</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Where the text encoders work. Those of some models are as large as the network: on another GPU, or on the CPU, they leave it room. On the CPU they compute in float32, which may change pixels slightly.</source>
        <translation>أين تعمل مرمّزات النص. مرمّزات بعض النماذج بحجم الشبكة: على بطاقة رسوم أخرى أو على المعالج تترك لها مكانًا. وعلى المعالج تحسب بـ float32، وقد يغيّر هذا البكسلات قليلًا.</translation>
    </message>
    <message>
        <source>What the text encoders make of prompts is kept on disk, so that prompts that are made again need no text encoder. It changes no pixel.</source>
        <translation>يُحفظ على القرص ما تصنعه مرمّزات النص من الموجّهات، فلا تحتاج الموجّهات التي تُصنع مرة أخرى إلى مرمّز نص. لا يغيّر هذا أي بكسل.</translation>
    </message>
</context>
<context>
    <name>fanlight::ui::GuidanceField</name>
    <message>
        <source>How closely to follow the prompt. At 1, or 0 with Z-Image, the negative prompt has no effect.</source>
        <translation>مدى التزام الوصف. عند 1، أو 0 مع Z-Image، لا أثر للوصف السلبي.</translation>
    </message>
    <message>
        <source>How closely to follow the prompt. The network takes this as an input, and it says nothing of the negative prompt.</source>
        <translation>مدى التزام الوصف. تأخذه الشبكة مُدخلًا، ولا شأن له بالوصف السلبي.</translation>
    </message>
    <message>
        <source>How closely to follow the prompt rather than the negative prompt. Above 1, images that have one take twice as long.</source>
        <translation>مدى التزام الوصف دون الوصف السلبي. فوق 1 تستغرق الصور التي لها وصف سلبي ضعف الوقت.</translation>
    </message>
</context>
</TS>
