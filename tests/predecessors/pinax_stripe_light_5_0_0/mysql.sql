CREATE TABLE `auth_group` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(150) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE `auth_group_permissions` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_group_permissions_group_id_permission_id_0cd325b0_uniq` (`group_id`,`permission_id`),
  KEY `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` (`permission_id`),
  CONSTRAINT `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`),
  CONSTRAINT `auth_group_permissions_group_id_b120cbf9_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE `auth_permission` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(255) NOT NULL,
  `content_type_id` int(11) NOT NULL,
  `codename` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_permission_content_type_id_codename_01ab375a_uniq` (`content_type_id`,`codename`),
  CONSTRAINT `auth_permission_content_type_id_2f476e4b_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=29 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `auth_permission` VALUES
(1,'Can add permission',1,'add_permission'),
(2,'Can change permission',1,'change_permission'),
(3,'Can delete permission',1,'delete_permission'),
(4,'Can view permission',1,'view_permission'),
(5,'Can add group',2,'add_group'),
(6,'Can change group',2,'change_group'),
(7,'Can delete group',2,'delete_group'),
(8,'Can view group',2,'view_group'),
(9,'Can add user',3,'add_user'),
(10,'Can change user',3,'change_user'),
(11,'Can delete user',3,'delete_user'),
(12,'Can view user',3,'view_user'),
(13,'Can add content type',4,'add_contenttype'),
(14,'Can change content type',4,'change_contenttype'),
(15,'Can delete content type',4,'delete_contenttype'),
(16,'Can view content type',4,'view_contenttype'),
(17,'Can add site',5,'add_site'),
(18,'Can change site',5,'change_site'),
(19,'Can delete site',5,'delete_site'),
(20,'Can view site',5,'view_site'),
(21,'Can add event',6,'add_event'),
(22,'Can change event',6,'change_event'),
(23,'Can delete event',6,'delete_event'),
(24,'Can view event',6,'view_event'),
(25,'Can add event processing exception',7,'add_eventprocessingexception'),
(26,'Can change event processing exception',7,'change_eventprocessingexception'),
(27,'Can delete event processing exception',7,'delete_eventprocessingexception'),
(28,'Can view event processing exception',7,'view_eventprocessingexception');
CREATE TABLE `auth_user` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `password` varchar(128) NOT NULL,
  `last_login` datetime(6) DEFAULT NULL,
  `is_superuser` tinyint(1) NOT NULL,
  `username` varchar(150) NOT NULL,
  `first_name` varchar(150) NOT NULL,
  `last_name` varchar(150) NOT NULL,
  `email` varchar(254) NOT NULL,
  `is_staff` tinyint(1) NOT NULL,
  `is_active` tinyint(1) NOT NULL,
  `date_joined` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `username` (`username`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `auth_user` VALUES
(1,'!',NULL,0,'ada','','','ada@example.com',0,1,'2022-05-01 12:00:00.000000');
CREATE TABLE `auth_user_groups` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `group_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_user_groups_user_id_group_id_94350c0c_uniq` (`user_id`,`group_id`),
  KEY `auth_user_groups_group_id_97559544_fk_auth_group_id` (`group_id`),
  CONSTRAINT `auth_user_groups_group_id_97559544_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`),
  CONSTRAINT `auth_user_groups_user_id_6a12ed8b_fk_auth_user_id` FOREIGN KEY (`user_id`) REFERENCES `auth_user` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE `auth_user_user_permissions` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `user_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_user_user_permissions_user_id_permission_id_14a6b632_uniq` (`user_id`,`permission_id`),
  KEY `auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm` (`permission_id`),
  CONSTRAINT `auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`),
  CONSTRAINT `auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id` FOREIGN KEY (`user_id`) REFERENCES `auth_user` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE `django_content_type` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `app_label` varchar(100) NOT NULL,
  `model` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `django_content_type_app_label_model_76bd3d3b_uniq` (`app_label`,`model`)
) ENGINE=InnoDB AUTO_INCREMENT=8 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `django_content_type` VALUES
(2,'auth','group'),
(1,'auth','permission'),
(3,'auth','user'),
(4,'contenttypes','contenttype'),
(6,'pinax_stripe','event'),
(7,'pinax_stripe','eventprocessingexception'),
(5,'sites','site');
CREATE TABLE `django_migrations` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `app` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `applied` datetime(6) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=20 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `django_migrations` VALUES
(1,'contenttypes','0001_initial','2026-11-27 18:58:09.171510'),
(2,'contenttypes','0002_remove_content_type_name','2026-11-27 18:58:09.316685'),
(3,'auth','0001_initial','2026-11-27 18:58:09.525528'),
(4,'auth','0002_alter_permission_name_max_length','2026-11-27 18:58:09.577582'),
(5,'auth','0003_alter_user_email_max_length','2026-11-27 18:58:09.617319'),
(6,'auth','0004_alter_user_username_opts','2026-11-27 18:58:09.625656'),
(7,'auth','0005_alter_user_last_login_null','2026-11-27 18:58:09.665267'),
(8,'auth','0006_require_contenttypes_0002','2026-11-27 18:58:09.668550'),
(9,'auth','0007_alter_validators_add_error_messages','2026-11-27 18:58:09.675719'),
(10,'auth','0008_alter_user_username_max_length','2026-11-27 18:58:09.696150'),
(11,'auth','0009_alter_user_last_name_max_length','2026-11-27 18:58:09.707607'),
(12,'auth','0010_alter_group_name_max_length','2026-11-27 18:58:09.715845'),
(13,'auth','0011_update_proxy_permissions','2026-11-27 18:58:09.720610'),
(14,'auth','0012_alter_user_first_name_max_length','2026-11-27 18:58:09.729284'),
(15,'pinax_stripe','0001_initial','2026-11-27 18:58:09.770064'),
(16,'pinax_stripe','0002_auto_20211126_1416','2026-11-27 18:58:09.785397'),
(17,'pinax_stripe','0003_auto_20211127_0119','2026-11-27 18:58:09.803875'),
(18,'sites','0001_initial','2026-11-27 18:58:09.809074'),
(19,'sites','0002_alter_domain_unique','2026-11-27 18:58:09.816495');
CREATE TABLE `django_site` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `domain` varchar(100) NOT NULL,
  `name` varchar(50) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `django_site_domain_a2e37b91_uniq` (`domain`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `django_site` VALUES
(1,'example.com','example.com');
CREATE TABLE `pinax_stripe_event` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `stripe_id` varchar(191) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `kind` varchar(250) NOT NULL,
  `livemode` tinyint(1) NOT NULL,
  `customer_id` varchar(200) NOT NULL,
  `account_id` varchar(200) NOT NULL,
  `message` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (json_valid(`message`)),
  `processed` tinyint(1) NOT NULL,
  `pending_webhooks` int(10) unsigned NOT NULL CHECK (`pending_webhooks` >= 0),
  `api_version` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `stripe_id` (`stripe_id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `pinax_stripe_event` VALUES
(1,'evt_1','2022-05-01 12:00:00.000000','invoice.paid',1,'cus_1','','{\"id\": \"evt_1\", \"type\": \"invoice.paid\"}',1,0,'2020-08-27');
CREATE TABLE `pinax_stripe_eventprocessingexception` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `data` longtext NOT NULL,
  `message` varchar(500) NOT NULL,
  `traceback` longtext NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `event_id` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `pinax_stripe_eventpr_event_id_be3f2eed_fk_pinax_str` (`event_id`),
  CONSTRAINT `pinax_stripe_eventpr_event_id_be3f2eed_fk_pinax_str` FOREIGN KEY (`event_id`) REFERENCES `pinax_stripe_event` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `pinax_stripe_eventprocessingexception` VALUES
(1,'','late','','2022-05-01 12:00:00.000000',1);
